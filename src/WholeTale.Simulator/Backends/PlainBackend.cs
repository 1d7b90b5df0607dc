using System.Net.Mime;

namespace WholeTale.Simulator.Backends;

/// <summary>Answers in the place of every other image: says that it is simulated, and what was asked.</summary>
internal sealed class PlainBackend : IContainerBackend
{
    public bool Serves(string image) => true;

    public async Task HandleAsync(HttpContext context, BackendTarget target)
    {
        context.Response.Headers["X-Simulated"] = "true";
        context.Response.ContentType = MediaTypeNames.Text.Plain;
        await context.Response.WriteAsync(
            $"simulated answer of {target.Image} in pod {target.Namespace}/{target.Pod}: {context.Request.Method} {target.Path}\n", context.RequestAborted);
    }
}
