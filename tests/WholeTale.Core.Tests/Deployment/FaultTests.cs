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

    private static System.Text.Json.Nodes.JsonObject StatefulSet(string image) => Given.Json($$$"""
        {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"data","namespace":"forced"},"spec":{"serviceName":"data","selector":{"matchLabels":{"app":"data"} },
        "template":{"metadata":{"labels":{"app":"data"} },"spec":{"containers":[{"name":"main","image":"{{{image}}}"}]} } } }
        """);
}
