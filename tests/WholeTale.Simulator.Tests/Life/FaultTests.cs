using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Tests;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>Faults by rule strike what they name, as often as they say, and nothing else.</summary>
public sealed class FaultTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        using var cleared = await fixture.Simulator.Http.DeleteAsync("/simulator/v1/faults");
    }

    [Fact]
    public async Task A_status_is_given_so_often_as_the_count_says_with_its_retry_after()
    {
        await PutAsync("""[{"verb":"get","resource":"configmaps","name":"busy","status":503,"retryAfter":7,"count":2}]""");

        using var first = await fixture.Simulator.Http.GetAsync("/api/v1/namespaces/default/configmaps/busy");
        using var other = await fixture.Simulator.Http.GetAsync("/api/v1/namespaces/default/configmaps/kube-root-ca.crt");
        using var second = await fixture.Simulator.Http.GetAsync("/api/v1/namespaces/default/configmaps/busy");
        using var third = await fixture.Simulator.Http.GetAsync("/api/v1/namespaces/default/configmaps/busy");
        var rules = JsonNode.Parse(await fixture.Simulator.Http.GetStringAsync("/simulator/v1/faults"))!;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, first.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), first.Headers.RetryAfter!.Delta);
        Assert.Equal("ServiceUnavailable", (string?)JsonNode.Parse(await first.Content.ReadAsStringAsync())!["reason"]);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, third.StatusCode);
        Assert.Equal(2, (int?)rules[0]!["struck"]);
    }

    [Fact]
    public async Task The_same_seed_strikes_the_same_requests()
    {
        var first = await StrikesAsync(7);
        var again = await StrikesAsync(7);
        var other = await StrikesAsync(8);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Contains(true, first);
        Assert.Contains(false, first);
    }

    [Fact]
    public async Task A_reset_breaks_the_connection()
    {
        await PutAsync("""[{"path":"/version","action":"reset","count":1}]""");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => fixture.Simulator.Http.GetAsync("/version"));
        using var after = await fixture.Simulator.Http.GetAsync("/version");

        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task An_answer_breaks_off_in_its_middle()
    {
        await PutAsync("""[{"verb":"list","resource":"nodes","action":"break","bytes":100,"count":1}]""");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => fixture.Simulator.Http.GetStringAsync("/api/v1/nodes"));
        var after = await fixture.Simulator.Http.GetStringAsync("/api/v1/nodes");

        Assert.EndsWith("}", after.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_is_dropped_after_some_bytes()
    {
        await PutAsync("""[{"on":"watch","resource":"nodes","action":"drop","bytes":50,"count":1}]""");

        using var answer = await fixture.Simulator.Http.GetAsync("/api/v1/nodes?watch=true", HttpCompletionOption.ResponseHeadersRead);
        var text = await answer.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(50, text.Length);
    }

    [Theory]
    [InlineData("api", "list", "/api/v1/nodes")]
    [InlineData("watch", "watch", "/api/v1/nodes?watch=true")]
    public async Task A_stalled_answer_stays_open_and_says_nothing_more_until_the_client_gives_up(string on, string verb, string path)
    {
        await PutAsync($$"""[{"on":"{{on}}","verb":"{{verb}}","resource":"nodes","action":"stall","bytes":50,"count":1}]""");

        using var answer = await fixture.Simulator.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[50]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await body.ReadExactlyAsync(new byte[1], patience.Token));
        Assert.EndsWith("}", (await fixture.Simulator.Http.GetStringAsync("/api/v1/nodes")).TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_that_expires_is_told_so_by_an_event()
    {
        await PutAsync("""[{"on":"watch","resource":"nodes","action":"expire","count":1}]""");

        var answer = await fixture.AskAsync("GET", "/api/v1/nodes?watch=true&resourceVersion=7");

        Assert.Equal(200, answer.Status);
        Assert.Equal("ERROR", (string?)answer.Body["type"]);
        Assert.Equal((410, "Expired", "too old resource version: 7 (8)"), ((int?)answer.Body["object"]!["code"], (string?)answer.Body["object"]!["reason"], (string?)answer.Body["object"]!["message"]));
    }

    [Fact]
    public async Task An_image_that_cannot_be_pulled_is_pulled_when_the_fault_ends()
    {
        // No other test's: a node pulls an image once.
        var ns = await fixture.NamespaceAsync();
        await PutAsync($$"""[{"on":"image","namespace":"{{ns}}","image":"rare*"}]""");
        await fixture.ApplyAsync(SimulatorFixture.Pod("web", """{"name":"main","image":"rare:1"}"""), $"/api/v1/namespaces/{ns}/pods/web");
        var waiting = await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/web", pod => Waiting(pod) == "ImagePullBackOff");

        await PutAsync("[]");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/web", pod => (string?)pod?["status"]?["phase"] == "Running");
        var events = await fixture.EventsAsync($"/api/v1/namespaces/{ns}/pods/web");

        Assert.Equal("Back-off pulling image \"rare:1\"", (string?)waiting!["status"]!["containerStatuses"]![0]!["state"]!["waiting"]!["message"]);
        Assert.Contains("docker.io/library/rare:1: not found", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_crashes_goes_into_a_crash_loop()
    {
        var ns = await fixture.NamespaceAsync();
        await PutAsync($$"""[{"on":"container","namespace":"{{ns}}","exitCode":137,"reason":"OOMKilled"}]""");
        await fixture.ApplyAsync(SimulatorFixture.Pod("web", """{"name":"main","image":"nginx:1"}"""), $"/api/v1/namespaces/{ns}/pods/web");

        var pod = await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/web", found => Waiting(found) == "CrashLoopBackOff");

        var last = pod!["status"]!["containerStatuses"]![0]!["lastState"]!["terminated"]!;
        Assert.Equal(137, (int?)last["exitCode"]);
        Assert.Equal("OOMKilled", (string?)last["reason"]);
    }

    [Fact]
    public async Task A_hook_that_fails_ends_its_container_until_it_passes()
    {
        var ns = await fixture.NamespaceAsync();
        await PutAsync($$"""[{"on":"hook","namespace":"{{ns}}","exitCode":3,"message":"no device"}]""");
        await fixture.ApplyAsync(
            SimulatorFixture.Pod("web", """{"name":"main","image":"nginx:1","lifecycle":{"postStart":{"exec":{"command":["mount-it","/data"]}}}}"""), $"/api/v1/namespaces/{ns}/pods/web");
        await fixture.ApplyAsync(SimulatorFixture.Pod("other", """{"name":"main","image":"nginx:1"}"""), $"/api/v1/namespaces/{ns}/pods/other");

        var pod = await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/web", found => Waiting(found) == "PostStartHookError");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/web", found => Waiting(found) == "CrashLoopBackOff");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/other", found => (string?)found?["status"]?["phase"] == "Running");
        await PutAsync("[]");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/web", found => (bool?)found?["status"]?["containerStatuses"]?[0]?["ready"] == true);

        var status = pod!["status"]!["containerStatuses"]![0]!;
        Assert.EndsWith(
            "failed - error: command 'mount-it /data' exited with 3: , message: \"no device\"", (string?)status["state"]!["waiting"]!["message"], StringComparison.Ordinal);
        Assert.Equal(137, (int?)status["lastState"]!["terminated"]!["exitCode"]);
        Assert.Equal("PostStartHook failed", await fixture.EventAsync(ns, "FailedPostStartHook"));
    }

    [Fact]
    public async Task A_probe_that_does_not_pass_keeps_the_pod_unready()
    {
        var ns = await fixture.NamespaceAsync();
        await PutAsync($$"""[{"on":"probe","namespace":"{{ns}}"}]""");
        await fixture.ApplyAsync(
            SimulatorFixture.Pod("web", """{"name":"main","image":"nginx:1","readinessProbe":{"httpGet":{"port":80,"path":"/"}}}"""), $"/api/v1/namespaces/{ns}/pods/web");

        var message = await fixture.EventAsync(ns, "Unhealthy");
        // The kubelet tells the event first and writes the status after it.
        var pod = await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/web", found => found?["status"]?["containerStatuses"]?[0]?["ready"] is not null);
        await PutAsync("[]");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/web", found => (bool?)found?["status"]?["containerStatuses"]?[0]?["ready"] == true);

        Assert.Equal("Readiness probe failed: HTTP probe failed with statuscode: 503", message);
        Assert.False((bool?)pod!["status"]!["containerStatuses"]?[0]?["ready"]);
    }

    [Fact]
    public async Task A_claim_that_never_binds_keeps_its_pod_pending()
    {
        var ns = await fixture.NamespaceAsync();
        await PutAsync($$"""[{"on":"claim","namespace":"{{ns}}"}]""");
        await fixture.ApplyAsync(
            """{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""",
            $"/api/v1/namespaces/{ns}/persistentvolumeclaims/data");
        await fixture.ApplyAsync(
            SimulatorFixture.Pod("user", """{"name":"main","image":"nginx"}""", ""","volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data"}}]"""),
            $"/api/v1/namespaces/{ns}/pods/user");

        var message = await fixture.EventAsync(ns, "FailedScheduling");

        Assert.StartsWith("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_node_becomes_not_ready_and_comes_back()
    {
        await PutAsync("""[{"on":"node","name":"simulated-node-2"}]""");
        var lost = await fixture.UntilAsync("/api/v1/nodes/simulated-node-2", node => Ready(node) == "Unknown" && node!["spec"]!["taints"] is not null);

        await PutAsync("[]");
        var back = await fixture.UntilAsync("/api/v1/nodes/simulated-node-2", node => Ready(node) == "True" && node!["spec"]!["taints"] is null);

        Assert.Contains(lost!["spec"]!["taints"]!.AsArray(), taint => (string?)taint!["key"] == "node.kubernetes.io/unreachable");
        Assert.Equal("kubelet is posting ready status", (string?)back!["status"]!["conditions"]!.AsArray().First(item => (string?)item!["type"] == "Ready")!["message"]);
    }

    [Theory]
    [InlineData("""[{"colour":"red"}]""")]
    [InlineData("""[{"on":"moon"}]""")]
    [InlineData("""[{"action":"explode"}]""")]
    [InlineData("""[{"probability":2}]""")]
    [InlineData("""{"verb":"get"}""")]
    public async Task Rules_that_make_no_sense_are_refused_and_the_old_ones_stay(string rules)
    {
        await PutAsync("""[{"id":"kept","verb":"get","resource":"configmaps","name":"none-such"}]""");

        using var content = new StringContent(rules, Encoding.UTF8, "application/json");
        using var answer = await fixture.Simulator.Http.PutAsync("/simulator/v1/faults", content);
        var left = JsonNode.Parse(await fixture.Simulator.Http.GetStringAsync("/simulator/v1/faults"))!;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("kept", (string?)left[0]!["id"]);
    }

    [Fact]
    public async Task Rules_from_a_file_are_in_force_from_the_start()
    {
        var file = Path.Combine(fixture.Simulator.Folder, "faults.json");
        await File.WriteAllTextAsync(file, """[{"path":"/version","status":418}]""");

        await using var simulator = await SimulatorProcess.StartAsync("--faults", file);
        using var answer = await simulator.Http.GetAsync("/version");

        Assert.Equal(418, (int)answer.StatusCode);
    }

    private static string? Waiting(JsonNode? pod) => (string?)pod?["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"];

    private static string? Ready(JsonNode? node) =>
        (string?)(node?["status"]?["conditions"] as JsonArray ?? []).FirstOrDefault(condition => (string?)condition!["type"] == "Ready")?["status"];

    private async Task<List<bool>> StrikesAsync(int seed)
    {
        await PutAsync($$"""[{"path":"/version","status":500,"probability":0.5,"seed":{{seed}}}]""");
        var strikes = new List<bool>();
        for (var i = 0; i < 24; i++)
        {
            using var answer = await fixture.Simulator.Http.GetAsync("/version");
            strikes.Add(!answer.IsSuccessStatusCode);
        }

        return strikes;
    }

    private async Task PutAsync(string rules)
    {
        using var content = new StringContent(rules, Encoding.UTF8, "application/json");
        using var answer = await fixture.Simulator.Http.PutAsync("/simulator/v1/faults", content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
