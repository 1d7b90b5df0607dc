using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Hosting;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Tests.Conformance;

/// <summary>Sends the requests of one recording to a simulated cluster and gathers where its answers differ.</summary>
internal sealed class Replayer(SimulatedCluster cluster, HttpClient client, JsonObject recording)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    private readonly List<string> _differences = [];
    private Bindings _bindings = new();

    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var ns = "replay-" + Guid.NewGuid().ToString("n")[..8];
        _bindings.Bind("<ns>", ns);
        _bindings.Bind("<group>", "g" + Guid.NewGuid().ToString("n")[..8] + ".example.com");
        await PrepareAsync(ns, cancellationToken);
        var paused = false;
        var number = 0;
        var created = 0;
        foreach (var exchange in recording["exchanges"]!.AsArray())
        {
            if (exchange!["pause"] is not null)
            {
                paused = true;
                continue;
            }

            number++;
            var reads = exchange["request"]!["method"]!.GetValue<string>() == "GET";
            // The recording client was slower than the controllers, but for what it did at once to what it had just created.
            if (reads || created is not 201)
                await SettleAsync(cancellationToken);
            if (!reads)
                cluster.Controllers.Pause();
            created = exchange["response"]!["status"]!.GetValue<int>();
            var differences = await ExchangeAsync(exchange.AsObject(), paused, cancellationToken);
            paused &= exchange["setup"] is not null || exchange["request"]!["method"]!.GetValue<string>() == "GET";
            var request = exchange["request"]!;
            _differences.AddRange(differences.Select(difference => $"{number} {request["method"]} {request["path"]}\n      {difference}"));
        }

        return _differences;
    }

    // Until the controllers have done all there is to do; what waits for a time of its own is waited for by asking again.
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        cluster.Controllers.Resume();
        var began = TimeProvider.System.GetTimestamp();
        while (!cluster.Controllers.IsSettled && TimeProvider.System.GetElapsedTime(began) < _patience)
            await Task.Delay(2, cancellationToken);
    }

    private async Task PrepareAsync(string ns, CancellationToken cancellationToken)
    {
        var kinds = cluster.Api.Kinds;
        var manager = cluster.Api.Client("kube-controller-manager");
        manager.Create(kinds.Get("v1", "Namespace"), new JsonObject { ["metadata"] = new JsonObject { ["name"] = ns } });
        // The recorded server belongs to a distribution whose controller manager publishes one more ConfigMap; the replay plays it.
        manager.Create(kinds.Get("v1", "ConfigMap"), new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "openshift-service-ca.crt",
                ["namespace"] = ns,
                ["annotations"] = new JsonObject { ["service.beta.openshift.io/inject-cabundle"] = "true" },
            },
            ["data"] = new JsonObject { ["service-ca.crt"] = "" },
        });
        var deadline = TimeProvider.System.GetTimestamp();
        while (cluster.Api.Store.Get(kinds.Get("v1", "ServiceAccount"), ns, "default") is null
            || cluster.Api.Store.Get(kinds.Get("v1", "ConfigMap"), ns, "kube-root-ca.crt") is null)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < _patience, "The namespace's default account and root certificate did not come.");
            await Task.Delay(10, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> ExchangeAsync(JsonObject exchange, bool paused, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var trial = _bindings.Copy();
            var differences = await TryAsync(exchange, trial, cancellationToken);
            // Some things take a time of their own, such as a controller's second try: what only reads is asked again, and so is what found nothing after a pause.
            var reads = exchange["request"]!["method"]!.GetValue<string>() == "GET" && exchange["request"]!["watch"] is null;
            var again = reads || (paused && differences.Any(difference => difference.StartsWith("status: ", StringComparison.Ordinal)));
            if (differences.Count == 0 || !again || TimeProvider.System.GetElapsedTime(began) > _patience)
            {
                _bindings = trial;
                return exchange["setup"] is null ? differences : differences.Count > 0 && differences[0].StartsWith("status: ", StringComparison.Ordinal) ? [differences[0]] : [];
            }

            await SettleAsync(cancellationToken);
            await Task.Delay(20, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> TryAsync(JsonObject exchange, Bindings bindings, CancellationToken cancellationToken)
    {
        var request = exchange["request"]!.AsObject();
        var recorded = exchange["response"]!.AsObject();
        using var message = Message(request, bindings);
        var watch = request["watch"] as JsonObject;
        using var response = await client.SendAsync(message, watch is null ? HttpCompletionOption.ResponseContentRead : HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var ignored = (exchange["ignore"] as JsonArray ?? []).Select(path => path!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        // What the simulator says of its own version is its own (it must say that it simulates).
        if (request["path"]!.GetValue<string>() == "/version")
            ignored.UnionWith(["body.gitVersion", "body.gitCommit", "body.goVersion"]);
        var comparer = new Comparer(bindings, ignored);
        var status = (int)response.StatusCode;
        var text = watch is null ? await response.Content.ReadAsStringAsync(cancellationToken) : "";
        if (status != recorded["status"]!.GetValue<int>())
            return [$"status: recorded {recorded["status"]}, seen {status} {(text.Length > 600 ? text[..600] : text)}"];
        if (watch is not null)
        {
            comparer.Compare(recorded["events"], await ReadEventsAsync(response, watch, cancellationToken), "events");
            return comparer.Differences;
        }

        comparer.Compare(recorded["body"], Body(text, recorded["body"]), "body");
        CompareWarnings(recorded, response, comparer);
        return comparer.Differences;
    }

    private static void CompareWarnings(JsonObject recorded, HttpResponseMessage response, Comparer comparer)
    {
        JsonArray List(JsonNode? warnings) => warnings switch
        {
            JsonArray many => new JsonArray([.. many.Select(item => item?.DeepClone())]),
            null => [],
            _ => new JsonArray(warnings.DeepClone()),
        };
        var seen = response.Headers.NonValidated.TryGetValues("Warning", out var values) ? values.Select(value => (JsonNode)value) : [];
        comparer.Compare(List(recorded["headers"]?["Warning"]), new JsonArray([.. seen]), "headers.Warning");
    }

    private HttpRequestMessage Message(JsonObject request, Bindings bindings)
    {
        var message = new HttpRequestMessage(new HttpMethod(request["method"]!.GetValue<string>()), new Uri(cluster.Endpoint, bindings.Fill(request["path"]!.GetValue<string>())));
        message.Headers.TryAddWithoutValidation("User-Agent", "recorder");
        switch (request["auth"]?.GetValue<string>())
        {
            case "none":
                break;
            case "token":
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bindings["<token-1>"] ?? "wrong");
                break;
            default:
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", cluster.Token);
                break;
        }

        var contentType = "application/json";
        foreach (var (name, value) in request["headers"] as JsonObject ?? [])
        {
            if (name == "Content-Type")
            {
                contentType = value!.GetValue<string>();
                continue;
            }

            message.Headers.Remove(name);
            message.Headers.TryAddWithoutValidation(name, value!.GetValue<string>());
        }

        if (request["body"] is { } body)
        {
            var text = body is JsonValue value && value.TryGetValue<string>(out var raw) ? raw : body.ToJsonString(StoredJson.Options);
            message.Content = new StringContent(bindings.Fill(text), Encoding.UTF8);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        }

        return message;
    }

    private static JsonNode? Body(string text, JsonNode? recorded)
    {
        if (recorded is JsonObject or JsonArray)
        {
            try
            {
                return JsonNode.Parse(text);
            }
            catch (System.Text.Json.JsonException)
            {
                return text;
            }
        }

        return text;
    }

    private static async Task<JsonArray> ReadEventsAsync(HttpResponseMessage response, JsonObject watch, CancellationToken cancellationToken)
    {
        var events = new JsonArray();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(watch["seconds"]!.GetValue<double>()));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        try
        {
            while (events.Count < watch["events"]!.GetValue<int>() && await reader.ReadLineAsync(limit.Token) is { } line)
                events.Add(JsonNode.Parse(line));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The recording client stopped then, too.
        }

        return events;
    }
}
