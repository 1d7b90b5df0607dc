using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>Injects what goes wrong on clusters, and holds what is said about it and how fast.</summary>
public sealed class FaultTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>, IAsyncLifetime
{
    private static readonly DeploySettings Quick = new() { ComponentTimeout = TimeSpan.FromSeconds(60), FailureGrace = TimeSpan.FromMilliseconds(500) };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await simulated.SetFaultsAsync();

    [Fact]
    public async Task A_failing_component_does_not_stop_independent_ones()
    {
        await simulated.SetFaultsAsync("""{"on":"image","image":"*redis*","namespace":"beside"}""");
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
        await simulated.SetFaultsAsync("""{"on":"image","image":"*nope*","namespace":"atomic"}""");

        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(
            cluster, Given.Manifests(("front", [], [Given.Workload("atomic", "front", "nope:1")])), new DeployOptions { Atomic = true }));

        var front = await simulated.FindAsync("apps/v1", "Deployment", "atomic", "front");
        Assert.Equal("redis:7", (string?)front!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]);
        Assert.Equal(1, front.Number("status", "readyReplicas"));
    }

    [Fact]
    public async Task A_stateful_set_that_is_broken_comes_back_with_the_correction()
    {
        var cluster = simulated.Cluster("forced", Quick);
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("data", [], [StatefulSet("mongo:3.6")])));
        await simulated.SetFaultsAsync("""{"on":"image","image":"*nope*","namespace":"forced"}""");
        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, Given.Manifests(("data", [], [StatefulSet("nope:1")]))));

        var deployment = await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("data", [], [StatefulSet("mongo:3.6")])));

        Assert.Equal(ComponentStatus.Ready, deployment.Status);
        Assert.Equal("mongo:3.6", (string?)(await simulated.FindAsync("v1", "Pod", "forced", "data-0"))!["spec"]!["containers"]![0]!["image"]);
    }

    [Fact]
    public async Task A_pod_that_was_evicted_and_replaced_fails_neither_the_deploy_nor_the_status()
    {
        await simulated.SetFaultsAsync("""{"on":"eviction","namespace":"evicted","count":1}""", """{"on":"probe","namespace":"evicted","count":2}""");
        var front = Given.Workload("evicted", "front");
        front["spec"]!["template"]!["spec"]!["containers"]![0]!["readinessProbe"] = Given.Json("""{"httpGet":{"path":"/","port":80},"periodSeconds":1,"failureThreshold":10}""");
        var cluster = simulated.Cluster("evicted", Quick);

        var deployment = await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [front])));
        var status = await DeploymentStatus.ReadAsync(cluster, simulated.Client, CancellationToken.None);

        var pods = (await simulated.Client.ListAsync(ResourceTypes.Pod, "evicted", null, CancellationToken.None)).Items;
        Assert.Equal(["", "Evicted"], pods.Select(pod => pod.Text("status", "reason")).Order(StringComparer.Ordinal));
        Assert.Equal((ComponentStatus.Ready, ComponentStatus.Ready), (deployment.Status, status.Status));
        Assert.Equal(("1/1", ""), (status.Components[0].Ready, status.Components[0].Message));
    }

    [Theory]
    [InlineData("crashed", """{"on":"container","namespace":"crashed","exitCode":3}""", "CrashLoop")]
    [InlineData("unpulled", """{"on":"image","image":"late*","namespace":"unpulled"}""", "ImageNotFound")]
    public async Task What_waits_in_back_off_since_an_earlier_deploy_is_tried_anew(string space, string fault, string reason)
    {
        var (cluster, manifests) = (simulated.Cluster(space, Quick), Given.Manifests(("front", [], [Given.Workload(space, "front", "late:1")])));
        await simulated.SetFaultsAsync(fault);
        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, manifests));
        var former = Assert.Single((await simulated.Client.ListAsync(ResourceTypes.Pod, space, null, CancellationToken.None)).Items);

        var again = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, manifests));
        await simulated.SetFaultsAsync();
        var deployment = await SimulatedCluster.DeployAsync(cluster, manifests).WaitAsync(TimeSpan.FromSeconds(8));

        Assert.Equal(reason, again.Diagnosis.Reason);
        Assert.NotEqual($"Pod {former.Name()}", again.Diagnosis.Object);
        Assert.Equal(ComponentStatus.Ready, deployment.Status);
        Assert.All(deployment.Objects, row => Assert.Equal(AppliedResult.Unchanged, row.Result));
    }

    [Fact]
    public async Task A_job_may_try_as_often_as_its_limit_allows()
    {
        await simulated.SetFaultsAsync("""{"on":"container","namespace":"attempts","exitCode":7,"count":1}""");
        var listener = new SimulatedCluster.Listener();

        var deployment = await SimulatedCluster.DeployAsync(simulated.Cluster("attempts", Quick), Given.Manifests(("import", [], [Job("attempts", "sleep 2", 1)])), listener: listener);

        Assert.Equal(ComponentStatus.Ready, deployment.Status);
        Assert.Contains("exit code 7", Assert.Single(listener.Reports.OfType<WarningReport>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_has_tried_as_often_as_its_limit_allows_is_told_with_its_last_log()
    {
        var exception = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(
            simulated.Cluster("tried", Quick), Given.Manifests(("import", [], [Job("tried", "echo nothing to import; exit 4", 2)]))));

        Assert.Equal("ContainerFailed", exception.Diagnosis.Reason);
        Assert.Contains("nothing to import", exception.Diagnosis.LogTail);
        Assert.Equal(3, (await simulated.FindAsync("batch/v1", "Job", "tried", "import"))!.Number("status", "failed"));
    }

    private static System.Text.Json.Nodes.JsonObject Job(string @namespace, string script, int limit) => Given.Json($$$"""
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"import","namespace":"{{{@namespace}}}"},"spec":{"backoffLimit":{{{limit}}},
        "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"busybox:1","command":["sh","-c","{{{script}}}"]}]} } } }
        """);

    private static System.Text.Json.Nodes.JsonObject StatefulSet(string image) => Given.Json($$$"""
        {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"data","namespace":"forced"},"spec":{"serviceName":"data","selector":{"matchLabels":{"app":"data"} },
        "template":{"metadata":{"labels":{"app":"data"} },"spec":{"containers":[{"name":"main","image":"{{{image}}}"}]} } } }
        """);
}
