using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Tests;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>One simulator for the tests of a class; each takes a namespace of its own.</summary>
public sealed class SimulatorFixture : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private int _namespaces;

    public SimulatorProcess Simulator { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Simulator = await SimulatorProcess.StartAsync();

    public ValueTask DisposeAsync() => Simulator.DisposeAsync();

    public async Task<string> NamespaceAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test-{Interlocked.Increment(ref _namespaces)}");
        await ApplyAsync($$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}"} }""", $"/api/v1/namespaces/{name}");
        return name;
    }

    /// <summary>Applies an object by server-side apply at its path.</summary>
    public async Task<JsonNode> ApplyAsync(string manifest, string path)
    {
        using var content = new StringContent(manifest, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml");
        using var answer = await Simulator.Http.PatchAsync($"{path}?fieldManager=test&force=true", content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>Sends a request as it stands, and tells what came back.</summary>
    public async Task<Answer> AskAsync(string method, string path, string? body = null, string type = "application/json", string? accept = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await Simulator.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var warnings = answer.Headers.TryGetValues("Warning", out var values) ? values.ToList() : [];
        return new Answer((int)answer.StatusCode, text, warnings);
    }

    /// <summary>Puts rules of faults in the place of those that are there.</summary>
    public async Task SetFaultsAsync(JsonArray rules)
    {
        var answer = await AskAsync("PUT", "/simulator/v1/faults", rules.ToJsonString());
        Assert.True(answer.Status == 200, answer.Text);
    }

    public async Task<JsonNode?> GetAsync(string path)
    {
        using var answer = await Simulator.Http.GetAsync(path);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
    }

    public async Task DeleteAsync(string path, string propagation = "Background")
    {
        using var answer = await Simulator.Http.DeleteAsync($"{path}?propagationPolicy={propagation}");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Waits, by watching, until an object is as wanted.</summary>
    /// <param name="path">The object's path.</param>
    /// <param name="wanted">Asked of the object, or of null when it is gone.</param>
    public async Task<JsonNode?> UntilAsync(string path, Func<JsonNode?, bool> wanted)
    {
        using var patience = new CancellationTokenSource(_patience);
        var (collection, name) = (path[..path.LastIndexOf('/')], path[(path.LastIndexOf('/') + 1)..]);
        var list = await GetAsync($"{collection}?fieldSelector=metadata.name%3D{name}");
        var seen = list?["items"]?.AsArray().FirstOrDefault();
        if (wanted(seen))
            return seen;
        var version = (string)list!["metadata"]!["resourceVersion"]!;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{collection}?watch=true&fieldSelector=metadata.name%3D{name}&resourceVersion={version}");
        using var answer = await Simulator.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(patience.Token));
        try
        {
            while (await reader.ReadLineAsync(patience.Token) is { } line)
            {
                var change = JsonNode.Parse(line)!;
                seen = (string?)change["type"] == "DELETED" ? null : change["object"];
                if (wanted(seen))
                    return seen;
            }
        }
        catch (OperationCanceledException)
        {
            // Told below, with what was seen last.
        }

        Assert.Fail(
            $"{path} has not become what was wanted; it was last: {seen?["status"]?.ToJsonString() ?? "gone"} {seen?["metadata"]?["annotations"]?.ToJsonString()}\n"
            + $"{await EventsAsync(path)}\n{await File.ReadAllTextAsync(Simulator.LogFile)}");
        return null;
    }

    public async Task<string> EventsAsync(string path)
    {
        var ns = path.Split('/').SkipWhile(part => part != "namespaces").Skip(1).FirstOrDefault() ?? "default";
        var events = (await GetAsync($"/api/v1/namespaces/{ns}/events"))!["items"]!.AsArray();
        return string.Join('\n', events.Select(item => $"{item!["involvedObject"]!["kind"]}/{item["involvedObject"]!["name"]} {item["reason"]}: {item["message"]}"));
    }

    /// <summary>Waits for an event with a message about something.</summary>
    public async Task<string> EventAsync(string ns, string reason)
    {
        using var patience = new CancellationTokenSource(_patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/namespaces/{ns}/events?watch=true");
        using var answer = await Simulator.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(patience.Token));
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            var told = JsonNode.Parse(line)!["object"]!;
            if ((string?)told["reason"] == reason)
                return (string)told["message"]!;
        }

        throw new InvalidOperationException($"The watch of events ended without {reason}.");
    }

    public static string Deployment(string name, string image = "nginx:1", int replicas = 1, string strategy = "RollingUpdate") => $$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{name}}}"},
         "spec":{"replicas":{{{replicas}}},"strategy":{"type":"{{{strategy}}}"},"selector":{"matchLabels":{"app":"{{{name}}}"} },
          "template":{"metadata":{"labels":{"app":"{{{name}}}"} },"spec":{"containers":[{"name":"main","image":"{{{image}}}","ports":[{"containerPort":80}]}]} } } }
        """;

    public static string Pod(string name, string container, string more = "") => $$$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}"},"spec":{"containers":[{{{container}}}]{{{more}}}} }
        """;
}
