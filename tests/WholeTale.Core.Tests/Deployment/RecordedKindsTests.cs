using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>Records of objects of others' kinds, after the cluster has changed how it serves these.</summary>
public sealed class RecordedKindsTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    [Fact]
    public async Task A_kind_that_is_gone_stops_neither_a_deploy_nor_the_removal()
    {
        var cluster = await DeployAsync("gone");
        await DeployAsync(cluster, Store(cluster.Namespace, "one"));
        await new CustomKinds(simulated).UninstallAsync("gone.example.org", "seals");

        var deployment = await DeployAsync(cluster, Store(cluster.Namespace, "two"));
        var undo = await Record.ExceptionAsync(() => Rollback.PlanAsync(cluster, 1, new DeployOptions(), new SimulatedCluster.Listener(), CancellationToken.None));
        await RemoveAsync(cluster);

        Assert.Equal((ComponentStatus.Ready, 3), (deployment.Status, deployment.Revision));
        Assert.Contains("does not serve the kind Seal of gone.example.org/v1", Assert.IsType<ApiException>(undo).Message, StringComparison.Ordinal);
        Assert.Null(await simulated.FindAsync("v1", "Namespace", null, "gone"));
    }

    [Fact]
    public async Task What_is_there_no_more_with_its_kind_is_missing_and_stays_on_record()
    {
        var cluster = await DeployAsync("missed");
        await new CustomKinds(simulated).UninstallAsync("missed.example.org", "seals");

        var status = await PlatformDeployment.GetAsync(cluster with { Connection = simulated.Connection with { Name = "anew" } }, CancellationToken.None);
        var drift = await Comparison.WithRevisionAsync(cluster, new SimulatedCluster.Listener(), CancellationToken.None);
        await DeployAsync(cluster, Store(cluster.Namespace, "two"), new DeployOptions { Components = ["store"] });

        Assert.Contains(status.Components, component => component is { Name: "door", Status: ComponentStatus.Missing, Message: "Seal missed/door is not there" });
        Assert.Equal(new Change("Seal", "door", "door", "", null, "created", ""), Assert.Single(drift));
        var history = await RevisionHistory.ListAsync(cluster, CancellationToken.None);
        Assert.Equal([(2, 2), (1, 2)], history.Select(entry => (entry.Number, entry.Objects)));
    }

    [Fact]
    public async Task A_kind_that_is_served_in_another_version_now_is_found_in_that()
    {
        var kinds = new CustomKinds(simulated);
        var cluster = await DeployAsync("moved", "v1beta1");
        await kinds.InstallAsync("moved.example.org", "Seal", "seals", "v1", former: "v1beta1");
        var before = await simulated.FindAsync("moved.example.org/v1", "Seal", "moved", "door");
        Assert.Empty(await Comparison.WithRevisionAsync(cluster, new SimulatedCluster.Listener(), CancellationToken.None));

        var deployment = await DeployAsync(cluster, Store(cluster.Namespace, "two"));

        Assert.NotNull(before);
        Assert.Equal("Seal", Assert.Single(deployment.Objects, item => item.Result == AppliedResult.Pruned).Kind);
        Assert.Null(await simulated.FindAsync("moved.example.org/v1", "Seal", "moved", "door"));
    }

    [Fact]
    public async Task An_object_that_is_described_in_another_served_version_now_stays()
    {
        var cluster = await DeployAsync("both");
        await ServeBothAsync("both");
        var before = await simulated.FindAsync("both.example.org/v1", "Seal", "both", "door");

        var deployment = await DeployAsync(cluster, Door("both", "v1beta1"));

        Assert.DoesNotContain(deployment.Objects, item => item.Result == AppliedResult.Pruned);
        Assert.Equal(before!.Uid(), (await simulated.FindAsync("both.example.org/v1", "Seal", "both", "door"))!.Uid());
    }

    [Fact]
    public async Task An_object_on_record_in_two_versions_is_pruned_once()
    {
        var cluster = await DeployAsync("twice");
        await ServeBothAsync("twice");
        await DeployAsync(cluster, Door("twice", "v1beta1"));

        var deployment = await DeployAsync(cluster, Store("twice", "two"));

        Assert.Equal("door", Assert.Single(deployment.Objects, item => item.Result == AppliedResult.Pruned).Name);
        Assert.Null(await simulated.FindAsync("twice.example.org/v1", "Seal", "twice", "door"));
    }

    [Fact]
    public async Task Objects_of_a_kind_on_record_in_two_versions_are_counted_and_deleted_once()
    {
        var cluster = await DeployAsync("counted");
        await ServeBothAsync("counted");
        await DeployAsync(cluster, Given.Manifests(
            ("store", [], [Given.ConfigMap("counted", "store", "one")]), ("door", ["store"], [Seal("counted", "v1beta1"), Seal("counted", "v1beta1", "gate")])));
        var listener = new SimulatedCluster.Listener();
        await using var removal = await Removal.PlanAsync(cluster, keepData: false, isDecided: true, listener, CancellationToken.None);

        await removal.RunAsync(listener, CancellationToken.None);

        // The ConfigMap, both Seals, and a record of each deploy.
        Assert.Contains(": 5 objects;", removal.Summary, StringComparison.Ordinal);
        Assert.Equal(2, listener.Reports.OfType<RequestReport>().Count(request => request.Method == "DELETE" && request.Path.Contains("/seals/", StringComparison.Ordinal)));
        Assert.Null(await simulated.FindAsync("v1", "Namespace", null, "counted"));
    }

    [Fact]
    public async Task An_object_that_two_templates_describe_in_two_versions_is_refused()
    {
        var cluster = await DeployAsync("doubled");
        await ServeBothAsync("doubled");

        var refused = await Record.ExceptionAsync(() => DeployAsync(cluster, Given.Manifests(("door", [], [Seal("doubled", "v1")]), ("gate", [], [Seal("doubled", "v1beta1")]))));

        Assert.Equal("gate.yaml:1 describes Seal doubled/door, which another template describes too. Give one of them another name.", Assert.IsType<ManifestException>(refused).Message);
    }

    [Fact]
    public async Task A_discovery_that_fails_is_not_taken_for_a_kind_that_is_gone()
    {
        var cluster = await DeployAsync("unwell");
        await simulated.SetFaultsAsync("""{"on":"api","path":"/apis/unwell.example.org/v1","status":404}""");

        var deploy = await Record.ExceptionAsync(() => DeployAsync(cluster, Store(cluster.Namespace, "two")));
        var removal = await Record.ExceptionAsync(() => RemoveAsync(cluster));

        await simulated.SetFaultsAsync();
        foreach (var exception in new[] { deploy, removal })
        {
            Assert.Equal(FailureKind.Unreachable, Assert.IsType<ApiException>(exception).Kind);
            Assert.Contains("does not say which kinds it serves of unwell.example.org/v1", exception.Message, StringComparison.Ordinal);
        }

        Assert.NotNull(await simulated.FindAsync("unwell.example.org/v1", "Seal", "unwell", "door"));
        Assert.Equal("one", (await simulated.FindAsync("v1", "ConfigMap", "unwell", "store")).Text("data", "key"));
    }

    // Installs a kind, and deploys an object of it.
    private async Task<Cluster> DeployAsync(string space, string version = "v1")
    {
        var cluster = simulated.Cluster(space);
        await new CustomKinds(simulated).InstallAsync($"{space}.example.org", "Seal", "seals", version);
        await DeployAsync(cluster, Door(space, version));
        return cluster;
    }

    private Task ServeBothAsync(string space) => new CustomKinds(simulated).InstallAsync($"{space}.example.org", "Seal", "seals", "v1", former: "v1beta1", isFormerServed: true);

    private static ManifestSet Door(string space, string version) => Given.Manifests(("store", [], [Given.ConfigMap(space, "store", "one")]), ("door", ["store"], [Seal(space, version)]));

    private static JsonObject Seal(string space, string version, string name = "door") => new()
    {
        ["apiVersion"] = $"{space}.example.org/{version}", ["kind"] = "Seal", ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space },
    };

    private static ManifestSet Store(string space, string value) => Given.Manifests(("store", [], [Given.ConfigMap(space, "store", value)]));

    // By a client of its own, as each command has one: it knows nothing of what was served before.
    private async Task<WholeTale.Core.Deployment.Deployment> DeployAsync(Cluster cluster, ManifestSet manifests, DeployOptions? options = null)
    {
        var listener = new SimulatedCluster.Listener();
        await using var plan = await PlatformDeployment.PlanAsync(
            cluster, manifests, options ?? new DeployOptions(), TimeProvider.System, CancellationToken.None, simulated.Client.ReportingTo(listener));
        return await plan.RunAsync(listener, CancellationToken.None);
    }

    private static async Task RemoveAsync(Cluster cluster)
    {
        await using var removal = await Removal.PlanAsync(cluster, keepData: false, isDecided: true, new SimulatedCluster.Listener(), CancellationToken.None);
        await removal.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
    }
}
