using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Deployment;

public sealed class PlatformDeploymentTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    [Fact]
    public async Task Deploy_repeated_changes_nothing()
    {
        var cluster = simulated.Cluster("repeat");

        var first = await SimulatedCluster.DeployAsync(cluster, Two("repeat"));
        var second = await SimulatedCluster.DeployAsync(cluster, Two("repeat"));

        Assert.All(first.Objects, item => Assert.Equal(AppliedResult.Created, item.Result));
        Assert.All(second.Objects, item => Assert.Equal(AppliedResult.Unchanged, item.Result));
        Assert.Equal((1, 1), (first.Revision, second.Revision));
        Assert.Equal(ComponentStatus.Ready, second.Status);
    }

    [Fact]
    public async Task A_component_starts_when_those_it_depends_on_are_ready()
    {
        var listener = new SimulatedCluster.Listener();

        await SimulatedCluster.DeployAsync(simulated.Cluster("order"), Two("order"), listener: listener);

        var steps = listener.Reports.OfType<ProgressReport>().ToList();
        Assert.True(
            steps.FindIndex(step => step is { Step: "store", Completed: true }) < steps.FindIndex(step => step is { Step: "front", Status: "applying" }),
            string.Join("; ", steps));
    }

    [Fact]
    public async Task A_change_is_foreseen_field_by_field_and_then_made()
    {
        var cluster = simulated.Cluster("change");
        await SimulatedCluster.DeployAsync(cluster, Two("change"));
        await using var plan = await PlatformDeployment.PlanAsync(cluster, Two("change", value: "two"), new DeployOptions(), TimeProvider.System, CancellationToken.None);

        var foreseen = Assert.Single(plan.Changes);
        var deployment = await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.Equal(new Change("ConfigMap", "settings", "store", "data.key", "one", "two", "wholetale"), foreseen);
        Assert.Equal("settings", Assert.Single(deployment.Objects, item => item.Result == AppliedResult.Updated).Name);
        Assert.Equal(2, deployment.Revision);
    }

    [Fact]
    public async Task What_the_new_plan_lacks_is_pruned()
    {
        var cluster = simulated.Cluster("prune");
        await SimulatedCluster.DeployAsync(cluster, Two("prune"));

        var deployment = await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("store", [], [Given.ConfigMap("prune", "settings", "one")])));

        Assert.Equal("front", Assert.Single(deployment.Objects, item => item.Result == AppliedResult.Pruned).Name);
        Assert.Null(await simulated.FindAsync("apps/v1", "Deployment", "prune", "front"));
    }

    [Fact]
    public async Task A_conflict_names_field_and_manager_before_anything_is_written()
    {
        var cluster = simulated.Cluster("conflict");
        await SimulatedCluster.DeployAsync(cluster, Two("conflict"));
        await simulated.Client.ApplyAsync(Given.ConfigMap("conflict", "settings", "theirs"), new ApplyOptions { FieldManager = "somebody", Force = true }, CancellationToken.None);

        var exception = await Assert.ThrowsAsync<ConflictException>(() => SimulatedCluster.DeployAsync(cluster, Two("conflict", value: "two", image: "redis:8")));
        var image = (await simulated.FindAsync("apps/v1", "Deployment", "conflict", "front"))!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>();
        var forced = await SimulatedCluster.DeployAsync(cluster, Two("conflict", value: "two"), new DeployOptions { Force = true });

        Assert.Equal(new FieldConflict("data.key", "somebody"), Assert.Single(exception.Conflicts));
        Assert.Equal("redis:7", image);
        Assert.Contains(forced.Objects, item => item is { Name: "settings", Result: AppliedResult.Updated });
    }

    [Fact]
    public async Task What_somebody_else_made_is_taken_over_on_request_alone()
    {
        var cluster = simulated.Cluster("adopt");
        await simulated.Client.ApplyAsync(Given.Json("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"adopt"}}"""), new ApplyOptions { FieldManager = "somebody" }, CancellationToken.None);
        await simulated.Client.ApplyAsync(Given.ConfigMap("adopt", "settings", "one"), new ApplyOptions { FieldManager = "somebody" }, CancellationToken.None);

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(cluster, Two("adopt")));
        var adopted = await SimulatedCluster.DeployAsync(cluster, Two("adopt"), new DeployOptions { Adopt = true });

        Assert.Equal(("ObjectNotOurs", FailureKind.Conflict), (exception.ErrorId, exception.Kind));
        Assert.Contains("ConfigMap adopt/settings", exception.Message, StringComparison.Ordinal);
        Assert.Equal(ComponentStatus.Ready, adopted.Status);
    }

    [Fact]
    public async Task A_deploy_that_is_stopped_anywhere_is_finished_by_the_next()
    {
        var random = new Random(20261123);
        for (var i = 0; i < 8; i++)
        {
            var cluster = simulated.Cluster($"stop{i}");
            using var stop = new CancellationTokenSource();
            var left = random.Next(1, 12);
            var listener = new SimulatedCluster.Listener(_ =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                    stop.Cancel();
            });
            await using (var plan = await PlatformDeployment.PlanAsync(cluster, Two(cluster.Namespace), new DeployOptions(), TimeProvider.System, CancellationToken.None))
                await Record.ExceptionAsync(() => plan.RunAsync(listener, stop.Token));

            var deployment = await SimulatedCluster.DeployAsync(cluster, Two(cluster.Namespace));

            Assert.Equal((ComponentStatus.Ready, 1), (deployment.Status, deployment.Revision));
            Assert.Null(await simulated.FindAsync("coordination.k8s.io/v1", "Lease", cluster.Namespace, "wholetale-deploy"));
        }
    }

    [Fact]
    public async Task A_second_deploy_is_told_who_holds_the_lease()
    {
        var cluster = simulated.Cluster("lease");
        await SimulatedCluster.DeployAsync(cluster, Two("lease"));
        await simulated.Client.CreateAsync(
            Given.Json($$$"""
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"wholetale-deploy","namespace":"lease"},
                "spec":{"holderIdentity":"ada@elsewhere/1/2/3","leaseDurationSeconds":30,"acquireTime":"{{{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}}}","renewTime":"{{{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}}}"}}
                """),
            CancellationToken.None);

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(cluster, Two("lease", value: "two")));

        Assert.Equal("DeployInProgress", exception.ErrorId);
        Assert.Matches(@"ada@elsewhere.* since \d\d\d\d-\d\d-\d\d \d\d:\d\d", exception.Message);
    }

    [Fact]
    public async Task A_plan_asks_once_for_each_kind_that_the_platform_has_and_for_no_other()
    {
        var listener = new SimulatedCluster.Listener();

        await using var plan = await PlatformDeployment.PlanAsync(simulated.Cluster("asked"), new DeployOptions(), listener, CancellationToken.None);

        var asked = listener.Reports.OfType<RequestReport>().Select(report => report.Path.Split('?')[0]).Select(path => path[(path.LastIndexOf('/') + 1)..]).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "asked", "configmaps", "deployments", "ingressclasses", "ingresses", "leases", "networkpolicies", "persistentvolumeclaims", "rolebindings", "roles", "secrets", "serviceaccounts", "services",
                "statefulsets", "storageclasses", "version",
            ],
            asked);
    }

    [Fact]
    public async Task What_is_wrong_with_a_template_is_told_before_what_the_cluster_says()
    {
        var folder = Directory.CreateTempSubdirectory("wt-templates-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "redis.yaml"), "kind: {{Nothing}}");
            var cluster = simulated.Cluster("wrong") with { Connection = new ApiConnection { Name = "nowhere", Endpoint = new Uri("https://127.0.0.1:1") } };
            cluster = cluster with { Settings = cluster.Settings! with { Settings = cluster.Settings.Settings with { TemplateFolder = folder.FullName } } };

            var exception = await Assert.ThrowsAsync<ManifestException>(() => PlatformDeployment.PlanAsync(cluster, new DeployOptions(), new SimulatedCluster.Listener(), CancellationToken.None));

            Assert.Contains("Nothing", exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Undo_returns_to_the_last_good_revision()
    {
        var cluster = simulated.Cluster("undo");
        await SimulatedCluster.DeployAsync(cluster, Two("undo"));
        await SimulatedCluster.DeployAsync(cluster, Two("undo", value: "two"));

        await using var rollback = await Rollback.PlanAsync(cluster, null, new DeployOptions(), new SimulatedCluster.Listener(), CancellationToken.None);
        var deployment = await rollback.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        var settings = await simulated.FindAsync("v1", "ConfigMap", "undo", "settings");
        Assert.Equal(("one", 3), ((string?)settings!["data"]!["key"], deployment.Revision));
        Assert.Equal([3, 2, 1], (await RevisionHistory.ListAsync(cluster, CancellationToken.None)).Select(entry => entry.Number));
    }

    [Fact]
    public async Task Only_the_newest_ten_revisions_are_kept()
    {
        var cluster = simulated.Cluster("history");
        for (var i = 1; i <= 12; i++)
            await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("store", [], [Given.ConfigMap("history", "settings", $"{i}")])));

        var history = await RevisionHistory.ListAsync(cluster, CancellationToken.None);

        Assert.Equal(Enumerable.Range(3, 10).Reverse(), history.Select(entry => entry.Number));
        Assert.True(history[0].Current);
    }

    [Fact]
    public async Task A_namespace_that_is_terminating_is_refused_before_any_write()
    {
        await simulated.Client.CreateAsync(Given.Json("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"ending"}}"""), CancellationToken.None);
        await simulated.Client.CreateAsync(
            Given.Json("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","namespace":"ending","finalizers":["test.example/held"]}}"""), CancellationToken.None);
        var space = new ObjectReference(ResourceTypes.Namespace, null, "ending");
        await simulated.Client.DeleteAsync(space, Propagation.Background, null, CancellationToken.None);
        while ((await simulated.Client.FindAsync(space, CancellationToken.None))!.Condition("NamespaceFinalizersRemaining").Text("status") != "True")
            await Task.Yield();

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(simulated.Cluster("ending"), Two("ending")));

        Assert.Equal("NamespaceTerminating", exception.ErrorId);
        Assert.Contains("test.example/held in 1 resource instances", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removal_leaves_nothing_and_touches_nothing_else()
    {
        var cluster = simulated.Cluster("remove");
        await SimulatedCluster.DeployAsync(cluster, Two("remove"));

        await using var removal = await Removal.PlanAsync(cluster, keepData: false, isDecided: true, new SimulatedCluster.Listener(), CancellationToken.None);
        await removal.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.Null(await simulated.FindAsync("v1", "Namespace", null, "remove"));
        Assert.NotNull(await simulated.FindAsync("v1", "Namespace", null, "default"));
    }

    [Fact]
    public async Task Removal_leaves_what_bears_the_label_and_is_not_ours()
    {
        var cluster = simulated.Cluster("foreign");
        await SimulatedCluster.DeployAsync(cluster, Two("foreign"));
        var other = Given.ConfigMap("foreign", "theirs", "x");
        other["metadata"]!["labels"] = new JsonObject { ["app.kubernetes.io/part-of"] = "wholetale" };
        await simulated.Client.CreateAsync(other, CancellationToken.None);

        await using var removal = await Removal.PlanAsync(cluster, keepData: false, isDecided: true, new SimulatedCluster.Listener(), CancellationToken.None);
        await removal.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.Equal("ConfigMap foreign/theirs", Assert.Single(removal.Left));
        Assert.NotNull(await simulated.FindAsync("v1", "ConfigMap", "foreign", "theirs"));
        Assert.Null(await simulated.FindAsync("v1", "ConfigMap", "foreign", "settings"));
    }

    [Theory]
    [InlineData("one", "two")]
    [InlineData("one", null)]
    [InlineData("two", null)]
    [InlineData("two", "three")]
    public async Task A_plan_that_was_overtaken_while_it_lay_at_a_prompt_is_not_begun(string wanted, string? then)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var cluster = simulated.Cluster($"overtaken-{wanted}-{then}x");
        await SimulatedCluster.DeployAsync(cluster, Two(cluster.Namespace));
        await using var plan = await PlatformDeployment.PlanAsync(cluster, Two(cluster.Namespace, wanted), new DeployOptions(), time, CancellationToken.None);
        if (then is null)
        {
            await using var removal = await Removal.PlanAsync(cluster, keepData: false, isDecided: true, new SimulatedCluster.Listener(), CancellationToken.None);
            await removal.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
        }
        else
        {
            await SimulatedCluster.DeployAsync(cluster, Two(cluster.Namespace, then));
        }

        time.Advance(TimeSpan.FromMinutes(1));
        var exception = await Assert.ThrowsAsync<DeploymentException>(() => plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None));

        Assert.Equal("PlanOutdated", exception.ErrorId);
    }

    [Fact]
    public async Task A_wrong_token_is_told_as_such()
    {
        var cluster = simulated.Cluster("token") with { Connection = simulated.Connection with { Token = _ => new ValueTask<string?>("wrong") } };

        var exception = await Assert.ThrowsAsync<ApiException>(() => SimulatedCluster.DeployAsync(cluster, Two("token")));

        Assert.Equal(FailureKind.Unauthenticated, exception.Kind);
    }

    private static ManifestSet Two(string @namespace, string value = "one", string image = "redis:7") => Given.Manifests(
        ("store", [], [Given.ConfigMap(@namespace, "settings", value)]), ("front", ["store"], [Given.Workload(@namespace, "front", image)]));
}
