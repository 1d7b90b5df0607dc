using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using WholeTale.Core.Configuration;
using WholeTale.Core.Girder;
using WholeTale.Core.Kubernetes;
using WholeTale.Simulator.Girder;

namespace WholeTale.Core.Tests.Girder;

/// <summary>An API server with the Secret girder-admin and, behind its service proxy, a simulated Girder; and what a test wants to go wrong on the way.</summary>
internal sealed class GirderCluster : HttpMessageHandler
{
    public const string Password = "correct horse battery staple";

    private const string Proxy = "/api/v1/namespaces/wholetale/services/girder:8080/proxy";
    private const string AdminSecret = "/api/v1/namespaces/wholetale/secrets/girder-admin";

    private readonly GirderServer server;
    private int count;

    public GirderCluster(GirderGeneration generation, bool canRestart = true)
    {
        Process = new GirderProcess(generation, Database, Time) { CanRestart = canRestart };
        server = new GirderServer(Database, Process);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public GirderDatabase Database { get; } = new();

    public GirderProcess Process { get; }

    public JsonObject Secret { get; } = new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = "girder-admin", ["namespace"] = "wholetale", ["annotations"] = new JsonObject() },
        ["data"] = new JsonObject { ["login"] = Base64("admin"), ["password"] = Base64(Password) },
    };

    /// <summary>What reached Girder: method and path.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Bodies that reached Girder.</summary>
    public List<string> Bodies { get; } = [];

    public List<Report> Reports { get; } = [];

    public Settings Settings { get; set; } = new();

    /// <summary>How long Girder is waited for; as the settings say where it is null.</summary>
    public GirderPatience? Patience { get; set; }

    /// <summary>Called with the number of the request to Girder before it arrives: an answer in its place, or null.</summary>
    public Func<int, HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>>? Before { get; set; }

    /// <summary>Called with the number of the request to Girder after it was carried out.</summary>
    public Action<int>? After { get; set; }

    public IEnumerable<string> Writes => Requests.Where(request => !request.StartsWith("GET", StringComparison.Ordinal));

    public string AllReports => string.Join('\n', Reports.Select(report => report.ToString()));

    /// <summary>A client of the API server before it.</summary>
    public ApiClient Api => new(new ApiTransport(new ApiConnection { Name = "test", Endpoint = new Uri("https://test.invalid") }, Time, this), Time);

    /// <summary>Runs the set-up; time passes as fast as it can.</summary>
    public async Task<GirderSetup> SetUpAsync(CancellationToken cancellationToken = default)
    {
        Requests.Clear();
        Bodies.Clear();
        count = 0;
        var resolved = new ResolvedSettings(Settings, [], Environment.CurrentDirectory);
        var sink = new ReportSink(report =>
        {
            lock (Reports)
                Reports.Add(report);
        });
        var run = GirderInitialization.RunAsync(Api, "wholetale", resolved, Time, Patience ?? GirderPatience.From(Settings.Deploy), sink, cancellationToken);
        // Faster and faster, so that a long silence does not take long.
        for (var step = TimeSpan.FromMilliseconds(50); !run.IsCompleted; step = step * 1.05)
        {
            Time.Advance(step < TimeSpan.FromSeconds(2) ? step : TimeSpan.FromSeconds(2));
            await Task.WhenAny(run, Task.Delay(1, CancellationToken.None));
        }
        return await run;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = Uri.UnescapeDataString(request.RequestUri!.AbsolutePath);
        if (path == AdminSecret)
            return await AnswerForSecretAsync(request, cancellationToken);
        Assert.StartsWith(Proxy, path, StringComparison.Ordinal);

        var number = ++count;
        Requests.Add($"{request.Method} {path[(Proxy.Length + "/api/v1/".Length)..]}");
        if (request.Content is not null)
            Bodies.Add(await request.Content.ReadAsStringAsync(cancellationToken));
        if (Before is not null && await Before(number, request, cancellationToken) is { } instead)
            return instead;
        var response = await ForwardAsync(request, path[Proxy.Length..], cancellationToken);
        After?.Invoke(number);
        cancellationToken.ThrowIfCancellationRequested();
        return response;
    }

    private async Task<HttpResponseMessage> AnswerForSecretAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Patch)
        {
            var patch = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            foreach (var (name, value) in patch["metadata"]!["annotations"]!.AsObject())
            {
                var annotations = Secret["metadata"]!["annotations"]!.AsObject();
                if (value is null)
                    annotations.Remove(name);
                else
                    annotations[name] = value.DeepClone();
            }
        }
        return Answer(HttpStatusCode.OK, Secret.ToJsonString());
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpRequestMessage request, string path, CancellationToken cancellationToken)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = request.Method.Method;
        context.Request.Path = path;
        context.Request.QueryString = new QueryString(request.RequestUri!.Query);
        foreach (var (name, values) in request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? []))
            context.Request.Headers[name] = values.ToArray();
        if (request.Content is not null)
            context.Request.Body = await request.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        context.Response.Body = body;
        await server.HandleAsync(context);
        return Answer((HttpStatusCode)context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()), context.Response.ContentType ?? "application/json");
    }

    public static HttpResponseMessage Answer(HttpStatusCode status, string body, string contentType = "application/json") =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, contentType.Split(';')[0]) };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
