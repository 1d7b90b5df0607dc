using System.Text.Json.Nodes;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>What is on record of deploys.</summary>
public sealed class RevisionRecordTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    [Fact]
    public async Task The_record_tells_how_a_deploy_ended()
    {
        var cluster = simulated.Cluster("ended");
        await SimulatedCluster.DeployAsync(cluster, Store("ended"));
        var failure = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, Store("ended", isHomeless: true)));

        var history = await RevisionHistory.ListAsync(cluster, TestContext.Current.CancellationToken);

        Assert.Equal([(2, RevisionOutcome.Failed, false), (1, RevisionOutcome.Deployed, true)], history.Select(entry => (entry.Number, entry.Outcome, entry.Current)));
        Assert.Equal([failure.Message, ""], history.Select(entry => entry.Message));
        Assert.All(history, entry => Assert.InRange(entry.Duration!.Value, TimeSpan.Zero, DateTimeOffset.UtcNow - entry.Started));
        Assert.All(history, entry => Assert.Equal(1, entry.Objects));
    }

    [Fact]
    public async Task A_record_that_is_deleted_meanwhile_is_there_at_the_end()
    {
        await simulated.SetFaultsAsync("""{"on":"api","namespace":"lost","verb":"patch","resource":"deployments","action":"latency","milliseconds":2000}""");
        var cluster = simulated.Cluster("lost");
        var deploying = SimulatedCluster.DeployAsync(cluster, Store("lost"));
        while (await simulated.FindAsync("v1", "Secret", "lost", "wholetale-revision-1") is null)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await simulated.Client.DeleteAsync(new ObjectReference(ResourceTypes.Secret, "lost", "wholetale-revision-1"), Propagation.Background, null, TestContext.Current.CancellationToken);

        await deploying;

        var entry = Assert.Single(await RevisionHistory.ListAsync(cluster, TestContext.Current.CancellationToken));
        Assert.Equal((1, RevisionOutcome.Deployed, 1), (entry.Number, entry.Outcome, entry.Objects));
    }

    [Fact]
    public async Task A_record_that_cannot_be_ended_hides_no_component_that_failed()
    {
        await simulated.SetFaultsAsync("""{"on":"api","namespace":"unended","verb":"patch","resource":"secrets","name":"wholetale-revision-1","status":403,"reason":"Forbidden","message":"no"}""");

        var failure = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(simulated.Cluster("unended"), Store("unended", isHomeless: true)));

        await simulated.SetFaultsAsync();
        Assert.Equal("Unschedulable", failure.Diagnosis.Reason);
        Assert.Equal(FailureKind.Forbidden, Assert.Single(failure.Further).Kind);
    }

    [Fact]
    public async Task A_message_that_is_longer_than_annotations_may_be_is_cut()
    {
        var cluster = simulated.Cluster("long");
        await SimulatedCluster.DeployAsync(cluster, Store("long"));
        var failed = RevisionStore.Describe(1, [], [], DateTimeOffset.UtcNow) with { Outcome = RevisionOutcome.Failed, Message = new string('ä', 300_000) };

        await RevisionStore.EndAsync(simulated.Client, "long", cluster.Name, failed, TestContext.Current.CancellationToken);

        var entry = Assert.Single(await RevisionHistory.ListAsync(cluster, TestContext.Current.CancellationToken));
        Assert.Equal((RevisionOutcome.Failed, 1), (entry.Outcome, entry.Objects));
        Assert.StartsWith("ää", entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_waited_for_is_applied_and_good_once_it_was_seen_ready()
    {
        var cluster = simulated.Cluster("unseen");
        await SimulatedCluster.DeployAsync(cluster, Store("unseen"), new DeployOptions { NoWait = true });
        await SimulatedCluster.DeployAsync(cluster, Store("unseen"), new DeployOptions { NoWait = true });
        var applied = await RevisionHistory.ListAsync(cluster, TestContext.Current.CancellationToken);

        await SimulatedCluster.DeployAsync(cluster, Store("unseen"));

        Assert.Equal([(1, RevisionOutcome.Applied, false)], applied.Select(entry => (entry.Number, entry.Outcome, entry.Current)));
        Assert.Equal([(1, RevisionOutcome.Deployed, true)], (await RevisionHistory.ListAsync(cluster, TestContext.Current.CancellationToken)).Select(entry => (entry.Number, entry.Outcome, entry.Current)));
    }

    [Fact]
    public async Task The_last_good_revision_outlasts_any_number_of_others()
    {
        var cluster = simulated.Cluster("outlasts");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("store", [], [Given.ConfigMap("outlasts", "store", "good")])));
        for (var i = 0; i < 11; i++)
            await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("store", [], [Given.ConfigMap("outlasts", "store", $"{i}")])), new DeployOptions { NoWait = true });

        await using var rollback = await Rollback.PlanAsync(cluster, null, new DeployOptions(), new SimulatedCluster.Listener(), TestContext.Current.CancellationToken);
        await rollback.RunAsync(new SimulatedCluster.Listener(), TestContext.Current.CancellationToken);

        Assert.Equal("good", (await simulated.FindAsync("v1", "ConfigMap", "outlasts", "store")).Text("data", "key"));
    }

    [Fact]
    public async Task Some_components_that_are_good_make_no_good_revision_of_others_that_failed()
    {
        var cluster = simulated.Cluster("partly");
        ManifestSet Both(string value, bool isHomeless) => Given.Manifests(
            ("other", [], [Given.ConfigMap("partly", "other", value)]), ("store", [], [.. Store("partly", isHomeless).Components[0].Objects.Select(manifest => manifest.Object)]));
        await SimulatedCluster.DeployAsync(cluster, Both("one", isHomeless: false));
        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, Both("one", isHomeless: true)));

        await SimulatedCluster.DeployAsync(cluster, Both("two", isHomeless: true), new DeployOptions { Components = ["other"] });

        Assert.Equal(
            [(3, RevisionOutcome.Applied, false), (2, RevisionOutcome.Failed, false), (1, RevisionOutcome.Deployed, true)],
            (await RevisionHistory.ListAsync(cluster, TestContext.Current.CancellationToken)).Select(entry => (entry.Number, entry.Outcome, entry.Current)));
    }

    private static ManifestSet Store(string @namespace, bool isHomeless = false)
    {
        var store = Given.Workload(@namespace, "store");
        if (isHomeless)
            store["spec"]!["template"]!["spec"]!["nodeSelector"] = new JsonObject { ["room"] = "none" };
        return Given.Manifests(("store", [], [store]));
    }
}
