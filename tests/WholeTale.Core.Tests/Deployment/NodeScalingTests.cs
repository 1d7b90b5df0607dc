using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>Pods without room on clusters that may add nodes, and on those that do not.</summary>
public sealed class NodeScalingTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>, IAsyncLifetime
{
    private static readonly DeploySettings Quick = new() { ComponentTimeout = TimeSpan.FromSeconds(60), FailureGrace = TimeSpan.FromMilliseconds(200) };
    private static readonly ObjectReference Status = new(ResourceTypes.ConfigMap, "kube-system", "cluster-autoscaler-status");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await simulated.Client.DeleteAsync(Status, Propagation.Background, null, CancellationToken.None);

    [Fact]
    public async Task A_pod_without_room_is_given_up_when_the_autoscaler_has_said_that_no_node_comes()
    {
        await simulated.Client.CreateAsync(Given.ConfigMap("kube-system", Status.Name, "Health: Healthy"), CancellationToken.None);
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = new SimulatedCluster.Listener(report =>
        {
            if (report is WarningReport warning)
                told.TrySetResult(warning.Message);
        });

        var running = SimulatedCluster.DeployAsync(simulated.Cluster("scaling", Quick), Manifests("scaling"), listener: listener);
        await Task.WhenAny(running, told.Task);
        Assert.Equal((true, false), (told.Task.IsCompletedSuccessfully, running.IsCompleted));
        var before = await DeploymentStatus.ReadAsync(simulated.Cluster("scaling"), simulated.Client, CancellationToken.None);
        var pod = Assert.Single((await simulated.Client.ListAsync(ResourceTypes.Pod, "scaling", null, CancellationToken.None)).Items);
        await simulated.Client.CreateAsync(
            Given.Json($$"""
                {"apiVersion":"v1","kind":"Event","metadata":{"name":"answer","namespace":"scaling"},"type":"Normal","reason":"NotTriggerScaleUp","lastTimestamp":"2026-01-01T00:00:00Z",
                "message":"pod didn't trigger scale-up: 1 max node group size reached","involvedObject":{"kind":"Pod","namespace":"scaling","name":"{{pod.Name()}}","uid":"{{pod.Uid()}}"} }
                """),
            CancellationToken.None);
        var exception = await Assert.ThrowsAsync<NotReadyException>(() => running.WaitAsync(NodeScaling.Patience / 2));

        var after = await DeploymentStatus.ReadAsync(simulated.Cluster("scaling"), simulated.Client, CancellationToken.None);

        Assert.Contains("Insufficient memory", await told.Task, StringComparison.Ordinal);
        Assert.Equal((ComponentStatus.Progressing, ComponentStatus.Failed), (before.Status, after.Status));
        Assert.Contains("Insufficient memory", before.Components.Single().Message, StringComparison.Ordinal);
        Assert.Equal("Unschedulable", exception.Diagnosis.Reason);
        Assert.Contains("The autoscaler adds none: pod didn't trigger scale-up: 1 max node group size reached.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(false, true)]
    public async Task A_pod_without_room_is_given_up_at_once_where_no_node_is_added(bool? told, bool hasStatus)
    {
        if (hasStatus)
            await simulated.Client.CreateAsync(Given.ConfigMap("kube-system", Status.Name, "left behind"), CancellationToken.None);
        var space = hasStatus ? "fixed" : "unknown";

        var exception = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(simulated.Cluster(space, Quick) with { AddsNodes = told }, Manifests(space)).WaitAsync(NodeScaling.Patience / 2));

        Assert.Equal("Unschedulable", exception.Diagnosis.Reason);
    }

    [Fact]
    public async Task Karpenter_is_known_by_its_API()
    {
        var cluster = simulated.Cluster("karpenter");
        Assert.False(await NodeScaling.IsThereAsync(cluster, simulated.Client, CancellationToken.None));

        await new CustomKinds(simulated).InstallAsync("karpenter.sh", "NodePool", "nodepools");
        try
        {
            Assert.True(await NodeScaling.IsThereAsync(cluster, simulated.Client, CancellationToken.None));
        }
        finally
        {
            await simulated.Client.DeleteAsync(new ObjectReference(ResourceTypes.CustomResourceDefinition, null, "nodepools.karpenter.sh"), Propagation.Background, null, CancellationToken.None);

            // It is served until it is gone, and other tests of the class have the same server.
            while (await NodeScaling.IsThereAsync(cluster, simulated.Client, CancellationToken.None))
                await Task.Delay(20, CancellationToken.None);
        }
    }

    private static Core.Manifests.ManifestSet Manifests(string space)
    {
        var front = Given.Workload(space, "front");
        front["spec"]!["template"]!["spec"]!["containers"]![0]!["resources"] = Given.Json("""{"requests":{"memory":"900Ti"}}""");
        return Given.Manifests(("front", [], [front]));
    }
}
