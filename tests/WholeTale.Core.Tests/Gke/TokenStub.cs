using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WholeTale.Core.Tests.Gke;

/// <summary>A token endpoint (RFC 6749, 7523, 8693) that answers as the test says, and keeps what it was asked.</summary>
internal sealed class TokenStub : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly Lock gate = new();
    private readonly List<(string Path, string Body)> requests = [];

    private TokenStub(WebApplication application) => this.application = application;

    public string Address => application.Urls.Single();

    public IReadOnlyList<(string Path, string Body)> Requests
    {
        get
        {
            lock (gate)
                return [.. requests];
        }
    }

    public static async Task<TokenStub> StartAsync(Func<string, int, (int Status, string Json)> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var stub = new TokenStub(builder.Build());
        stub.application.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            var path = context.Request.Path.Value!;
            int earlier;
            lock (stub.gate)
            {
                earlier = stub.requests.Count(request => request.Path == path);
                stub.requests.Add((path, body));
            }

            var (status, json) = answer(path, earlier);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(json, context.RequestAborted);
        });
        await stub.application.StartAsync();
        return stub;
    }

    public async ValueTask DisposeAsync() => await application.DisposeAsync();
}
