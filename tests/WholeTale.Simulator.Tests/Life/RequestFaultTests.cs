using System.Diagnostics;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>Faults of requests: of those to the API server, and of those that it or an ingress passes on to a container.</summary>
public sealed class RequestFaultTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await fixture.SetFaultsAsync([]);

    [Fact]
    public async Task Throttling_names_the_time_after_which_to_come_back()
    {
        await FaultAsync("""{"verb":"list","resource":"nodes","action":"throttle","retryAfter":3,"count":1}""");

        using var throttled = await fixture.Simulator.Http.GetAsync("/api/v1/nodes");
        var body = JsonNode.Parse(await throttled.Content.ReadAsStringAsync())!;

        Assert.Equal((429, TimeSpan.FromSeconds(3)), ((int)throttled.StatusCode, throttled.Headers.RetryAfter!.Delta));
        Assert.Equal(("TooManyRequests", 3), ((string?)body["reason"], (int?)body["details"]!["retryAfterSeconds"]));
    }

    [Fact]
    public async Task Latency_delays_and_lets_through()
    {
        await FaultAsync("""{"path":"/version","action":"latency","milliseconds":300,"count":1}""");
        var watch = Stopwatch.StartNew();

        var answer = await fixture.AskAsync("GET", "/version");

        Assert.Equal(200, answer.Status);
        Assert.True(watch.ElapsedMilliseconds >= 290, $"It took {watch.ElapsedMilliseconds} ms.");
    }

    [Fact]
    public async Task What_hangs_is_not_answered_at_all()
    {
        await FaultAsync("""{"path":"/version","action":"hang","count":1}""");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Simulator.Http.GetAsync("/version", HttpCompletionOption.ResponseHeadersRead, patience.Token));

        Assert.Equal(200, (await fixture.AskAsync("GET", "/version")).Status);
    }

    [Fact]
    public async Task A_list_that_has_expired_is_told_so()
    {
        await FaultAsync("""{"verb":"list","resource":"configmaps","action":"expire","count":1}""");

        var answer = await fixture.AskAsync("GET", "/api/v1/configmaps?limit=5");

        Assert.Equal((410, "Expired"), (answer.Status, (string?)answer.Body["reason"]));
    }

    [Fact]
    public async Task A_stale_list_is_an_older_one_in_itself_and_a_new_one_comes_after_it()
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await fixture.UntilAsync($"{path}/kube-root-ca.crt", found => found is not null);
        await fixture.AskAsync("POST", path, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new"}}""");
        await FaultAsync($$"""{"verb":"list","resource":"configmaps","namespace":"{{ns}}","action":"stale","milliseconds":3600000}""");

        var stale = await fixture.AskAsync("GET", path + "?resourceVersion=0");
        // Without a version it is read from etcd, and what is not older than the newest is the newest.
        var fresh = await fixture.AskAsync("GET", path);
        var least = await fixture.AskAsync("GET", $"{path}?resourceVersion={Version(fresh)}&resourceVersionMatch=NotOlderThan");

        Assert.Equal(200, stale.Status);
        Assert.DoesNotContain("new", Names(stale));
        Assert.Contains("new", Names(fresh));
        Assert.Contains("new", Names(least));
        Assert.True(Version(stale) < Version(fresh), $"{Version(stale)} is not older than {Version(fresh)}.");
        var watched = await fixture.AskAsync("GET", $"{path}?watch=true&timeoutSeconds=1&resourceVersion={Version(stale)}");
        // A watch from there brings what the list lacks.
        Assert.Contains("\"name\":\"new\"", watched.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_strikes_what_fits_all_that_it_names_and_nothing_else()
    {
        await FaultAsync("""{"verb":"patch","resource":"configmaps","namespace":"default","name":"a-*","userAgent":"odd*","status":503}""");
        const string Path = "/api/v1/namespaces/default/configmaps/";

        async Task<int> PatchAsync(string name, string agent, string verb = "PATCH")
        {
            using var request = new HttpRequestMessage(new HttpMethod(verb), Path + name) { Content = new StringContent("{}", null, "application/merge-patch+json") };
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
            using var answer = await fixture.Simulator.Http.SendAsync(request);
            return (int)answer.StatusCode;
        }

        Assert.Equal(503, await PatchAsync("a-1", "odd/1"));
        Assert.Equal(404, await PatchAsync("b-1", "odd/1"));
        Assert.Equal(404, await PatchAsync("a-1", "even/1"));
        Assert.Equal(404, await PatchAsync("a-1", "odd/1", "DELETE"));
        Assert.Equal(200, (await fixture.AskAsync("GET", "/api/v1/namespaces/default/configmaps")).Status);
    }

    [Fact]
    public async Task A_container_answers_badly_late_or_not_at_all()
    {
        var ns = await ServedAsync("nginx");
        var path = $"/api/v1/namespaces/{ns}/services/web:80/proxy/";
        async Task<Answer> AskAsync(string rule)
        {
            await FaultAsync($$"""{"on":"backend","namespace":"{{ns}}",{{rule}}}""");
            return await fixture.AskAsync("GET", path);
        }

        Assert.Equal(502, (await AskAsync("\"image\":\"nginx*\",\"status\":502")).Status);
        Assert.Equal(200, (await AskAsync("\"image\":\"mongo*\",\"status\":502")).Status);
        Assert.Equal(200, (await AskAsync("\"action\":\"latency\",\"milliseconds\":50")).Status);
        var refused = await AskAsync("\"action\":\"refuse\"");
        Assert.Equal((503, "ServiceUnavailable"), (refused.Status, (string?)refused.Body["reason"]));
        Assert.Matches(@"^error trying to reach service: dial tcp 10\.244\.\d+\.\d+:80: connect: connection refused$", refused.Message);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskAsync("\"action\":\"reset\""));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskAsync("\"action\":\"break\",\"bytes\":5"));
        Assert.Equal(200, (await AskAsync("\"verb\":\"POST\",\"status\":500")).Status);
    }

    [Fact]
    public async Task Girder_restarts_slowly()
    {
        var ns = await ServedAsync("wholetale/girder");
        var api = $"/api/v1/namespaces/{ns}/services/web:80/proxy/api/v1";
        await fixture.AskAsync("POST", $"{api}/user?login=admin&email=a@b.org&firstName=a&lastName=b&password=secret-enough&admin=true");
        await FaultAsync($$"""{"on":"restart","namespace":"{{ns}}","milliseconds":60000}""");
        using var login = new HttpRequestMessage(HttpMethod.Get, $"{api}/user/authentication");
        login.Headers.TryAddWithoutValidation("Girder-Authorization", "Basic " + Convert.ToBase64String("admin:secret-enough"u8));
        using var logged = await fixture.Simulator.Http.SendAsync(login);
        var token = (string)JsonNode.Parse(await logged.Content.ReadAsStringAsync())!["authToken"]!["token"]!;

        var restarted = await fixture.AskAsync("PUT", $"{api}/system/restart?token={token}");
        var patience = Stopwatch.StartNew();
        Answer answer;
        do
            answer = await fixture.AskAsync("GET", $"{api}/system/version");
        while (answer.Status == 200 && patience.Elapsed < TimeSpan.FromSeconds(10));

        Assert.Equal(200, restarted.Status);
        // A second later the old process is gone, and the new one loads for a minute.
        Assert.Equal((503, true), (answer.Status, answer.Message.Contains("connection refused", StringComparison.Ordinal)));
        await Assert.ThrowsAsync<TimeoutException>(() => UpAsync(api).WaitAsync(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Services_and_ingresses_stay_without_address_and_say_why()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.SetFaultsAsync(new JsonArray(
            new JsonObject { ["on"] = "service", ["namespace"] = ns, ["name"] = "web" }, new JsonObject { ["on"] = "ingress", ["namespace"] = ns, ["message"] = "no quota for addresses" }));
        await fixture.ApplyAsync("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"type":"LoadBalancer","ports":[{"port":80}]}}""", $"/api/v1/namespaces/{ns}/services/web");
        await fixture.ApplyAsync(
            """{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"site"},"spec":{"ingressClassName":"gce","defaultBackend":{"service":{"name":"web","port":{"number":80}}}}}""",
            $"/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses/site");

        var service = await fixture.EventAsync(ns, "SyncLoadBalancerFailed");
        var ingress = await fixture.EventAsync(ns, "Sync");
        var before = await fixture.GetAsync($"/api/v1/namespaces/{ns}/services/web");
        await fixture.SetFaultsAsync([]);

        Assert.StartsWith("Error syncing load balancer: ", service, StringComparison.Ordinal);
        Assert.Contains("no quota for addresses", ingress, StringComparison.Ordinal);
        Assert.Null(before!["status"]!["loadBalancer"]!["ingress"]);
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/services/web", found => found?["status"]?["loadBalancer"]?["ingress"] is not null);
        await fixture.UntilAsync($"/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses/site", found => found?["status"]?["loadBalancer"]?["ingress"] is not null);
    }

    private async Task UpAsync(string api)
    {
        while ((await fixture.AskAsync("GET", $"{api}/system/version")).Status != 200)
            await Task.Delay(20);
    }

    private async Task<string> ServedAsync(string image)
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web", image), $"/apis/apps/v1/namespaces/{ns}/deployments/web");
        await fixture.ApplyAsync("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}""", $"/api/v1/namespaces/{ns}/services/web");
        await fixture.UntilAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web", found => (int?)found?["status"]?["readyReplicas"] == 1);
        return ns;
    }

    private Task FaultAsync(string rule) => fixture.SetFaultsAsync(new JsonArray(JsonNode.Parse(rule)));

    private static IEnumerable<string> Names(Answer list) => list.Body["items"]!.AsArray().Select(item => (string)item!["metadata"]!["name"]!);

    private static long Version(Answer list) => long.Parse((string)list.Body["metadata"]!["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture);
}
