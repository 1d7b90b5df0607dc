using System.Net.Mime;
using System.Text.Json;

namespace WholeTale.Simulator.Backends;

/// <summary>Stands in for containers of the dashboard: a page, and the file that tells browsers where Girder is (whole-tale/ngx-dashboard, src/assets/env.template.js).</summary>
internal sealed class DashboardBackend : IContainerBackend
{
    public bool Serves(string image) => image.Split('@')[0].Split('/')[^1].Split(':')[0].Contains("dashboard", StringComparison.OrdinalIgnoreCase);

    public async Task HandleAsync(HttpContext context, BackendTarget target)
    {
        context.Response.Headers["X-Simulated"] = "true";
        if (target.Path == "/assets/env.js")
        {
            var environment = target.Environment();
            context.Response.ContentType = MediaTypeNames.Text.JavaScript;
            await context.Response.WriteAsync(
                "(function(window) {\n  window.env = window.env || {};\n"
                + $"  window.env.apiUrl = {Quoted(environment, "GIRDER_API_URL")};\n  window.env.authProvider = {Quoted(environment, "AUTH_PROVIDER")};\n}})(this);\n",
                context.RequestAborted);
            return;
        }

        // Every path is the application's own to make sense of.
        context.Response.ContentType = MediaTypeNames.Text.Html;
        await context.Response.WriteAsync("<!doctype html><title>Whole Tale (simulated)</title><script src=\"assets/env.js\"></script><p>No container runs here.</p>\n", context.RequestAborted);
    }

    private static string Quoted(Dictionary<string, string> environment, string name) =>
        "'" + JsonEncodedText.Encode(environment.GetValueOrDefault(name, "")).ToString().Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
