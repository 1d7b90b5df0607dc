using System.Net.Http.Json;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>Injects what goes wrong on clusters, and holds what is said about it and how fast.</summary>
public sealed class FaultTests(SimulatedCluster simulated, ITestOutputHelper output) : IClassFixture<SimulatedCluster>, IAsyncLifetime
{
    private static readonly DeploySettings Quick = new() { ComponentTimeout = TimeSpan.FromSeconds(60), FailureGrace = TimeSpan.FromMilliseconds(500) };

    public static TheoryData<string, string, string, string> Hopeless => new()
    {
        { "notfound", """{"on":"image","image":"*redis*"}""", "ImageNotFound", "notfound.test/redis:7" },
        { "denied", """{"on":"image","image":"*redis*","message":"pull access denied: unauthorized: authentication required"}""", "ImagePullDenied", "pull secret" },
        { "untrusted", """{"on":"image","image":"*redis*","message":"x509: certificate signed by unknown authority"}""", "ImageRegistryUntrusted", "certificate" },
        { "offline", """{"on":"image","image":"*redis*","message":"dial tcp 10.0.0.9:443: i/o timeout"}""", "ImageRegistryUnreachable", "nodes reach" },
        { "crash", """{"on":"container","image":"*redis*","exitCode":3}""", "CrashLoop", "exit code 3" },
    };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await SetAsync("[]");

    // Each case has an image of its own: a node does not pull again what it has.
    [Theory]
    [MemberData(nameof(Hopeless))]
    public async Task What_cannot_heal_ends_the_wait_and_is_explained(string @namespace, string rule, string reason, string says)
    {
        await SetAsync($$"""[{{rule.TrimEnd('}')}},"namespace":"{{@namespace}}"}]""");

        var exception = await FailAsync(@namespace, Given.Workload(@namespace, "front", $"{@namespace}.test/redis:7"));

        Assert.Equal(("front", reason), (exception.Diagnosis.Component, exception.Diagnosis.Reason));
        Assert.Contains(says, exception.Message, StringComparison.Ordinal);
        output.WriteLine(exception.Message);
    }

    [Fact]
    public async Task A_pod_that_asks_for_too_much_memory_is_told_which_resource_lacks()
    {
        var workload = Given.Workload("big", "front");
        workload["spec"]!["template"]!["spec"]!["containers"]![0]!["resources"] = Given.Json("""{"requests":{"memory":"900Ti"}}""");

        var exception = await FailAsync("big", workload);

        Assert.Equal("Unschedulable", exception.Diagnosis.Reason);
        Assert.Contains("Insufficient memory", exception.Message, StringComparison.Ordinal);
        output.WriteLine(exception.Message);
    }

    [Fact]
    public async Task A_quota_is_named()
    {
        await simulated.Client.CreateAsync(Given.Json("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"quota"}}"""), CancellationToken.None);
        await simulated.Client.CreateAsync(
            Given.Json("""{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"none","namespace":"quota"},"spec":{"hard":{"pods":"0"}}}"""), CancellationToken.None);

        var exception = await FailAsync("quota", Given.Workload("quota", "front"));

        Assert.Equal("QuotaExceeded", exception.Diagnosis.Reason);
        Assert.Contains("none", exception.Message, StringComparison.Ordinal);
        output.WriteLine(exception.Message);
    }

    [Fact]
    public async Task A_storage_class_that_does_not_exist_is_named()
    {
        var exception = await FailAsync("class", Given.Json("""
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data","namespace":"class"},
            "spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"fast","resources":{"requests":{"storage":"1Gi"}}}}
            """));

        Assert.Equal("StorageClassMissing", exception.Diagnosis.Reason);
        Assert.Contains("fast", exception.Message, StringComparison.Ordinal);
        output.WriteLine(exception.Message);
    }

    [Fact]
    public async Task A_failing_component_does_not_stop_independent_ones()
    {
        await SetAsync("""[{"on":"image","image":"*redis*","namespace":"beside"}]""");
        var manifests = Given.Manifests(
            ("bad", [], [Given.Workload("beside", "bad", "beside.test/redis:7")]), ("good", [], [Given.Workload("beside", "good", "mongo:3.6")]), ("after", ["bad"], [Given.ConfigMap("beside", "after", "x")]));

        var exception = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(simulated.Cluster("beside", Quick), manifests));

        Assert.Equal(
            [("bad", ComponentStatus.Failed), ("good", ComponentStatus.Ready), ("after", ComponentStatus.Pending)],
            exception.Deployment!.Components.OrderBy(component => component.Name switch { "bad" => 0, "good" => 1, _ => 2 }).Select(component => (component.Name, component.Status)));
    }

    [Fact]
    public async Task Atomic_returns_to_the_last_good_revision()
    {
        var cluster = simulated.Cluster("atomic", Quick);
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.Workload("atomic", "front")])));
        await SetAsync("""[{"on":"image","image":"*nope*","namespace":"atomic"}]""");

        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(
            cluster, Given.Manifests(("front", [], [Given.Workload("atomic", "front", "nope:1")])), new DeployOptions { Atomic = true }));

        var front = await simulated.FindAsync("apps/v1", "Deployment", "atomic", "front");
        Assert.Equal("redis:7", (string?)front!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]);
        Assert.Equal(1, front.Number("status", "readyReplicas"));
    }

    [Fact]
    public async Task With_a_fifth_of_requests_faulted_every_run_ends_right_or_with_one_clear_error()
    {
        const int Seeds = 20;
        var right = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var @namespace = $"faults{seed}";
            var manifests = Given.Manifests(("store", [], [Given.ConfigMap(@namespace, "settings", "one")]), ("front", ["store"], [Given.Workload(@namespace, "front")]));
            await SetAsync($$"""
                [{"on":"api","probability":0.05,"seed":{{seed}},"status":503},{"on":"api","probability":0.05,"seed":{{seed + 1000}},"status":500},
                {"on":"api","probability":0.05,"seed":{{seed + 2000}},"action":"reset"},{"on":"api","probability":0.05,"seed":{{seed + 3000}},"milliseconds":200},
                {"on":"watch","probability":0.2,"seed":{{seed}},"action":"break","bytes":200}]
                """);

            var outcome = await Record.ExceptionAsync(() => SimulatedCluster.DeployAsync(simulated.Cluster(@namespace), manifests).WaitAsync(TimeSpan.FromSeconds(60)));

            await SetAsync("[]");
            if (outcome is null)
            {
                right++;
                Assert.Equal(1, (await simulated.FindAsync("apps/v1", "Deployment", @namespace, "front")).Number("status", "readyReplicas"));
            }
            else
            {
                Assert.True(outcome is WholeTaleException, $"Seed {seed}: {outcome}");
                output.WriteLine($"seed {seed}: {outcome.Message}");
            }
        }

        Assert.True(right >= Seeds * 3 / 4, $"Only {right} of {Seeds} runs ended right.");
    }

    private async Task<NotReadyException> FailAsync(string @namespace, System.Text.Json.Nodes.JsonObject item)
    {
        var manifests = Given.Manifests(("front", [], [item]));
        return await Assert.ThrowsAsync<NotReadyException>(
            () => SimulatedCluster.DeployAsync(simulated.Cluster(@namespace, Quick), manifests).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private async Task SetAsync(string rules)
    {
        using var answer = await simulated.Http.PutAsJsonAsync("/simulator/v1/faults", System.Text.Json.Nodes.JsonNode.Parse(rules));
        answer.EnsureSuccessStatusCode();
    }
}
