using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>What a caller of a deploy can choose, and what is foreseen of it.</summary>
public sealed class DeployChoiceTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    [Fact]
    public async Task What_is_foreseen_is_what_happens()
    {
        var cluster = simulated.Cluster("foreseen");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(
            ("store", [], [Given.ConfigMap("foreseen", "same", "x"), Given.ConfigMap("foreseen", "changed", "one"), Given.ConfigMap("foreseen", "gone", "x")]),
            ("front", ["store"], [Given.Workload("foreseen", "front"), Given.Workload("foreseen", "upgraded")])));
        var manifests = Given.Manifests(
            ("store", [], [Given.ConfigMap("foreseen", "same", "x"), Given.ConfigMap("foreseen", "changed", "two"), Given.ConfigMap("foreseen", "added", "x")]),
            ("front", ["store"], [Reselected("foreseen", "front"), Given.Workload("foreseen", "upgraded", "redis:8")]));
        await using var plan = await PlatformDeployment.PlanAsync(cluster, manifests, new DeployOptions { Recreate = true }, TimeProvider.System, CancellationToken.None);

        var (foreseen, changes, description) = (plan.Steps, plan.Changes, plan.Description);
        var deployment = await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.Equal(foreseen, deployment.Objects);
        Assert.Equal(
            [("same", AppliedResult.Unchanged), ("changed", AppliedResult.Updated), ("added", AppliedResult.Created), ("front", AppliedResult.Recreated), ("upgraded", AppliedResult.Updated), ("gone", AppliedResult.Pruned)],
            foreseen.Select(step => (step.Name, step.Result)));
        Assert.Contains(changes, change => change is { Name: "upgraded", Path: "spec.template.spec.containers[main].image", Before: "redis:7", After: "redis:8" });
        foreach (var line in new[] { "create ConfigMap added", "change ConfigMap changed", "data.key: one -> two", "delete and make again Deployment front", "delete ConfigMap gone" })
            Assert.Contains(line, description, StringComparison.Ordinal);
        await using var again = await PlatformDeployment.PlanAsync(cluster, manifests, new DeployOptions(), TimeProvider.System, CancellationToken.None);
        Assert.Empty(again.Changes);
        Assert.All(again.Steps, step => Assert.Equal(AppliedResult.Unchanged, step.Result));
    }

    [Fact]
    public async Task A_change_that_the_server_forbids_is_foreseen_explained_and_made_only_on_request()
    {
        var cluster = simulated.Cluster("immutable");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.Workload("immutable", "front")])));
        var changed = Given.Manifests(("front", [], [Given.ConfigMap("immutable", "new", "x"), Reselected("immutable", "front")]));

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(cluster, changed));

        Assert.Equal("FieldImmutable", exception.ErrorId);
        Assert.Contains("spec.selector", exception.Message, StringComparison.Ordinal);
        Assert.Contains("-Recreate", exception.Message, StringComparison.Ordinal);
        Assert.Null(await simulated.FindAsync("v1", "ConfigMap", "immutable", "new"));
        var deployment = await SimulatedCluster.DeployAsync(cluster, changed, new DeployOptions { Recreate = true });
        Assert.Equal((ComponentStatus.Ready, AppliedResult.Recreated), (deployment.Status, deployment.Objects.Single(item => item.Name == "front").Result));
    }

    [Fact]
    public async Task A_claim_grows_and_never_shrinks_nor_is_recreated()
    {
        var cluster = simulated.Cluster("claims");
        await SimulatedCluster.DeployAsync(cluster, Claim("claims", "1Gi"));
        var uid = (await simulated.FindAsync("v1", "PersistentVolumeClaim", "claims", "data"))!.Uid();

        var grown = await SimulatedCluster.DeployAsync(cluster, Claim("claims", "2Gi"));
        var exception = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(cluster, Claim("claims", "1Gi"), new DeployOptions { Recreate = true }));

        var claim = await simulated.FindAsync("v1", "PersistentVolumeClaim", "claims", "data");
        Assert.Equal(AppliedResult.Updated, Assert.Single(grown.Objects).Result);
        Assert.Equal((uid, "2Gi"), (claim!.Uid(), claim.Text("spec", "resources", "requests", "storage")));
        Assert.Contains("holds data", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_that_the_plan_lacks_goes_only_with_PruneData()
    {
        var cluster = simulated.Cluster("prunedata");
        var with = Given.Manifests(("store", [], [Given.ConfigMap("prunedata", "settings", "x")]), ("data", [], [ClaimObject("prunedata", "1Gi")]));
        var without = Given.Manifests(("store", [], [Given.ConfigMap("prunedata", "settings", "x")]));
        await SimulatedCluster.DeployAsync(cluster, with);
        string foreseen;

        var first = await PlanAsync(without, new DeployOptions());
        await using (var plan = await PlatformDeployment.PlanAsync(cluster, without, new DeployOptions(), TimeProvider.System, CancellationToken.None))
            foreseen = plan.Description;
        await SimulatedCluster.DeployAsync(cluster, without);
        var kept = await simulated.FindAsync("v1", "PersistentVolumeClaim", "prunedata", "data");
        var again = await PlanAsync(without, new DeployOptions());
        var pruned = await SimulatedCluster.DeployAsync(cluster, without, new DeployOptions { PruneData = true });

        Assert.NotNull(kept);
        Assert.Equal("PersistentVolumeClaim data is not in the plan any more and stays, since it holds data; -PruneData deletes it, and the data with it.", Leftovers.Sentence(Assert.Single(first.Dropped)));
        Assert.Contains("PersistentVolumeClaim data is not in the plan any more", foreseen, StringComparison.Ordinal);
        Assert.Single(again.Kept);
        Assert.Empty(again.Dropped);
        Assert.Contains(pruned.Objects, item => item is { Kind: "PersistentVolumeClaim", Result: AppliedResult.Pruned });
        Assert.Null(await simulated.FindAsync("v1", "PersistentVolumeClaim", "prunedata", "data"));

        async Task<DeployPlan> PlanAsync(ManifestSet manifests, DeployOptions options)
        {
            var plan = await new DeployPlanner(cluster, simulated.Client, options, TimeProvider.System).PlanAsync(ManifestSource.Of(manifests), CancellationToken.None);
            await plan.Watch.DisposeAsync();
            return plan;
        }
    }

    [Fact]
    public async Task Who_looks_is_told_what_the_server_would_refuse_of_new_objects_and_who_deploys_asks_only_once()
    {
        var cluster = simulated.Cluster("looked");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("store", [], [Given.ConfigMap("looked", "store", "x")])));
        var manifests = Given.Manifests(("store", [], [Given.ConfigMap("looked", "store", "x"), Given.Json("""
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"front","namespace":"looked"},"spec":{"ports":[{"port":0}]} }
            """)]));

        var exception = await Assert.ThrowsAsync<ApiException>(() => PlatformDeployment.PlanAsync(cluster, manifests, new DeployOptions { Foresee = true }, TimeProvider.System, CancellationToken.None));
        await using var plan = await PlatformDeployment.PlanAsync(cluster, manifests, new DeployOptions(), TimeProvider.System, CancellationToken.None);

        Assert.Contains("spec.ports[0].port", exception.Message, StringComparison.Ordinal);
        Assert.Equal(AppliedResult.Created, plan.Steps.Single(step => step.Name == "front").Result);
    }

    [Fact]
    public async Task What_is_being_deleted_is_foreseen_as_made_anew()
    {
        var cluster = simulated.Cluster("anew");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.ConfigMap("anew", "front", "x")])));
        var front = new ObjectReference(ResourceTypes.ConfigMap, "anew", "front");
        await simulated.Client.MergeAsync(front, Given.Json("""{"metadata":{"finalizers":["keeper.example.org/hold"]} }"""), CancellationToken.None);
        await simulated.Client.DeleteAsync(front, Propagation.Background, null, CancellationToken.None);

        await using var plan = await PlatformDeployment.PlanAsync(
            cluster, Given.Manifests(("front", [], [Given.ConfigMap("anew", "front", "y")])), new DeployOptions(), TimeProvider.System, CancellationToken.None);

        Assert.Equal(AppliedResult.Created, Assert.Single(plan.Steps).Result);
        Assert.Equal((null, "created"), (Assert.Single(plan.Changes).Before, plan.Changes[0].After));
        await simulated.Client.MergeAsync(front, Given.Json("""{"metadata":{"finalizers":null} }"""), CancellationToken.None);
    }

    [Theory]
    [InlineData("pruned")]
    [InlineData("recreated")]
    [InlineData("deleted")]
    public async Task A_deletion_that_does_not_end_ends_the_deploy_with_what_holds_it(string way)
    {
        var space = $"held-{way}";
        var cluster = simulated.Cluster(space, new DeploySettings { ComponentTimeout = TimeSpan.FromSeconds(1) });
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("store", [], [Given.ConfigMap(space, "store", "x")]), ("front", [], [Given.Workload(space, "front")])));
        var front = new ObjectReference(ResourceTypes.Deployment, space, "front");
        await simulated.Client.MergeAsync(front, Given.Json("""{"metadata":{"finalizers":["keeper.example.org/hold"]} }"""), CancellationToken.None);
        if (way == "deleted")
            await simulated.Client.DeleteAsync(front, Propagation.Background, null, CancellationToken.None);
        var store = ("store", Array.Empty<string>(), new[] { Given.ConfigMap(space, "store", "x") });
        var manifests = way switch
        {
            "pruned" => Given.Manifests(store),
            "recreated" => Given.Manifests(store, ("front", [], [Reselected(space, "front")])),
            _ => Given.Manifests(store, ("front", [], [Given.Workload(space, "front")])),
        };

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(cluster, manifests, new DeployOptions { Recreate = true }).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal(("RemovalStuck", FailureKind.TimedOut), (exception.ErrorId, exception.Kind));
        Assert.Contains("keeper.example.org/hold", exception.Message, StringComparison.Ordinal);
        Assert.Null(await simulated.FindAsync("coordination.k8s.io/v1", "Lease", space, "wholetale-deploy"));
        await simulated.Client.MergeAsync(front, Given.Json("""{"metadata":{"finalizers":null} }"""), CancellationToken.None);
        Assert.Equal(ComponentStatus.Ready, (await SimulatedCluster.DeployAsync(simulated.Cluster(space), manifests, new DeployOptions { Recreate = true })).Status);
    }

    [Fact]
    public async Task NoWait_applies_everything_and_returns()
    {
        await simulated.SetFaultsAsync("""{"on":"image","namespace":"nowait"}""");
        var manifests = Given.Manifests(("back", [], [Given.Workload("nowait", "back", "nowait.test/back:1")]), ("front", ["back"], [Given.Workload("nowait", "front", "nowait.test/front:1")]));

        var deployment = await SimulatedCluster.DeployAsync(simulated.Cluster("nowait"), manifests, new DeployOptions { NoWait = true });

        await simulated.SetFaultsAsync();
        Assert.All(deployment.Objects, item => Assert.Equal(AppliedResult.Created, item.Result));
        Assert.All(deployment.Components, component => Assert.Equal(ComponentStatus.Progressing, component.Status));
    }

    [Fact]
    public async Task Component_deploys_what_is_chosen_and_what_it_needs_and_leaves_the_rest_alone()
    {
        var cluster = simulated.Cluster("part");
        ManifestSet All(string value) => Given.Manifests(
            ("back", [], [Given.ConfigMap("part", "back", value)]), ("front", ["back"], [Given.ConfigMap("part", "front", value)]), ("other", [], [Given.ConfigMap("part", "other", value)]));
        await SimulatedCluster.DeployAsync(cluster, All("one"));

        var deployment = await SimulatedCluster.DeployAsync(cluster, All("two"), new DeployOptions { Components = ["front"] });
        var unknown = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(cluster, All("two"), new DeployOptions { Components = ["fron"] }));

        Assert.Equal(["back", "front"], deployment.Components.Select(component => component.Name));
        Assert.Equal("one", (await simulated.FindAsync("v1", "ConfigMap", "part", "other")).Text("data", "key"));
        Assert.Equal("two", (await simulated.FindAsync("v1", "ConfigMap", "part", "back")).Text("data", "key"));
        Assert.Contains("'front'", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timeout_ends_the_wait_for_the_whole_with_what_was_waited_for()
    {
        await simulated.SetFaultsAsync("""{"on":"probe","namespace":"late"}""");
        var workload = Given.Workload("late", "front");
        workload["spec"]!["template"]!["spec"]!["containers"]![0]!["readinessProbe"] = Given.Json("""{"tcpSocket":{"port":80},"failureThreshold":30}""");

        var exception = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(
            simulated.Cluster("late"), Given.Manifests(("front", [], [workload])), new DeployOptions { Timeout = TimeSpan.FromSeconds(2) }));

        await simulated.SetFaultsAsync();
        Assert.Equal("ProbeFailing", exception.Diagnosis.Reason);
        Assert.Contains("0 of 1 replicas are ready", exception.Message, StringComparison.Ordinal);
        Assert.Contains("With that, the time for the whole deploy, 2 s, is over.", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("allow more time by -Timeout.", exception.Diagnosis.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ComponentTimeout_ends_the_wait_for_a_component_and_not_the_whole()
    {
        await simulated.SetFaultsAsync("""{"on":"probe","namespace":"slow","name":"front-*"}""");
        var workload = Given.Workload("slow", "front");
        workload["spec"]!["template"]!["spec"]!["containers"]![0]!["readinessProbe"] = Given.Json("""{"tcpSocket":{"port":80},"failureThreshold":30}""");

        var exception = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(
            simulated.Cluster("slow"), Given.Manifests(("front", [], [workload]), ("other", [], [Given.ConfigMap("slow", "a", "b")])), new DeployOptions { ComponentTimeout = TimeSpan.FromSeconds(2) }));

        await simulated.SetFaultsAsync();
        Assert.StartsWith("Component front was not ready after 2", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("whole deploy", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("more time by -ComponentTimeout.", exception.Diagnosis.Advice, StringComparison.Ordinal);
        Assert.Contains(exception.Deployment!.Components, component => component is { Name: "other", Status: ComponentStatus.Ready });
    }

    [Theory]
    [InlineData("addressless", 2, null, "the setting Ingress.AddressTimeout")]
    [InlineData("impatient", 1, null, "the setting Deploy.ComponentTimeout")]
    [InlineData("hurried", 1, 2, "-ComponentTimeout")]
    public async Task An_Ingress_that_gets_no_address_names_the_time_that_was_over(string space, int address, int? given, string source)
    {
        var cluster = simulated.Cluster(space);
        var settings = cluster.Settings!.Settings with
        {
            Deploy = new DeploySettings { ComponentTimeout = TimeSpan.FromSeconds(1) }, Ingress = new IngressSettings { AddressTimeout = TimeSpan.FromSeconds(address) },
        };
        var door = Given.Json($$"""
            {"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"door","namespace":"{{space}}"},"spec":{"ingressClassName":"gce-that-nobody-serves",
            "defaultBackend":{"service":{"name":"front","port":{"number":80} } } } }
            """);
        var front = Given.Json($$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"front","namespace":"{{space}}"},"spec":{"selector":{"app":"front"},"ports":[{"port":80}]} }""");

        var exception = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(
            cluster with { Settings = cluster.Settings with { Settings = settings } }, Given.Manifests(("door", [], [front, door])),
            new DeployOptions { ComponentTimeout = given is { } seconds ? TimeSpan.FromSeconds(seconds) : null }));

        Assert.Equal("TimedOut", exception.Diagnosis.Reason);
        Assert.EndsWith($"allow more time by {source}.", exception.Diagnosis.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_planning_warns_of_is_told_by_the_deployment()
    {
        await using var plan = await PlatformDeployment.PlanAsync(
            simulated.Cluster("warned"), new DeployOptions { SkipGirderSetup = true, Components = ["redis"] }, new SimulatedCluster.Listener(), CancellationToken.None);

        var deployment = await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.Contains("self-signed", Assert.Single(deployment.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deploy_whose_lease_is_taken_over_stops_and_says_so()
    {
        var cluster = simulated.Cluster("lost");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.ConfigMap("lost", "a", "b")])));
        await simulated.SetFaultsAsync("""{"on":"image","namespace":"lost"}""");
        var slow = cluster with { Settings = cluster.Settings! with { Settings = cluster.Settings.Settings with { Deploy = new DeploySettings { FailureGrace = TimeSpan.FromMinutes(5) } } } };

        var running = SimulatedCluster.DeployAsync(slow, Given.Manifests(("front", [], [Given.Workload("lost", "front", "lost.test/front:1")])));
        var lease = new ObjectReference(ResourceTypes.Lease, "lost", "wholetale-deploy");
        while (await simulated.Client.FindAsync(lease, CancellationToken.None) is null)
            await Task.Yield();
        await simulated.Client.MergeAsync(lease, Given.Json("""{"spec":{"holderIdentity":"ada@elsewhere/1/2/3"}}"""), CancellationToken.None);
        var exception = await Assert.ThrowsAsync<DeploymentException>(() => running.WaitAsync(TimeSpan.FromSeconds(30)));

        await simulated.SetFaultsAsync();
        Assert.Equal(("LeaseLost", FailureKind.Conflict), (exception.ErrorId, exception.Kind));
        Assert.Equal("ada@elsewhere/1/2/3", (await simulated.Client.FindAsync(lease, CancellationToken.None)).Text("spec", "holderIdentity"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_server_refuses_is_told_of_its_component_also_as_data(bool atomic)
    {
        var space = atomic ? "refused-atomic" : "refused";
        await simulated.SetFaultsAsync($$"""{"on":"api","namespace":"{{space}}","verb":"patch","resource":"configmaps","name":"front","status":403,"reason":"Forbidden","message":"admission webhook \"policy.test\" denied the request: no"}""");
        var manifests = Given.Manifests(("back", [], [Given.ConfigMap(space, "back", "one")]), ("front", [], [Given.ConfigMap(space, "front", "one")]));
        await using var plan = await PlatformDeployment.PlanAsync(simulated.Cluster(space), manifests, new DeployOptions { Atomic = atomic }, TimeProvider.System, CancellationToken.None);

        var exception = await Assert.ThrowsAsync<ApiException>(() => plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None));

        await simulated.SetFaultsAsync();
        Assert.Equal(("KubernetesForbidden", FailureKind.Forbidden), (exception.ErrorId, exception.Kind));
        Assert.StartsWith("Component front cannot be deployed: ", exception.Message, StringComparison.Ordinal);
        var diagnosis = Assert.Single(plan.Outcome!.Diagnoses);
        Assert.Equal(("front", "KubernetesForbidden"), (diagnosis.Component, diagnosis.Reason));
        Assert.Contains("policy.test", diagnosis.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(exception.Advice!, diagnosis.Message, StringComparison.Ordinal);
        Assert.Equal(atomic, await simulated.FindAsync("v1", "ConfigMap", space, "back") is null);
    }

    [Fact]
    public async Task Each_component_that_fails_is_an_error_of_its_own_whether_refused_or_not_ready()
    {
        await simulated.SetFaultsAsync(
            """{"namespace":"many","verb":"patch","resource":"configmaps","name":"refused*","status":403,"reason":"Forbidden","message":"admission webhook \"policy.test\" denied the request: no"}""",
            """{"on":"image","namespace":"many"}""");
        var manifests = Given.Manifests(
            ("broken", [], [Given.Workload("many", "broken", "many.test/broken:1")]), ("one", [], [Given.ConfigMap("many", "refused-one", "x")]),
            ("two", [], [Given.ConfigMap("many", "refused-two", "x")]), ("worse", [], [Given.Workload("many", "worse", "many.test/worse:1")]));
        var listener = new SimulatedCluster.Listener();

        var refused = await Assert.ThrowsAsync<ApiException>(() => SimulatedCluster.DeployAsync(simulated.Cluster("many"), manifests, listener: listener));
        var unready = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(simulated.Cluster("many"), new([.. manifests.Components.Where(component => component.Component.Name is "broken" or "worse")])));

        await simulated.SetFaultsAsync();
        Assert.StartsWith("Component one cannot be deployed: ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["KubernetesForbidden", "NotReady", "NotReady"], refused.Further.Select(failure => failure.ErrorId).Order(StringComparer.Ordinal));
        Assert.Single(refused.Further, failure => failure.Message.StartsWith("Component two cannot be deployed: ", StringComparison.Ordinal));
        Assert.Equal(["broken", "worse"], refused.Further.OfType<NotReadyException>().Select(failure => failure.Diagnosis.Component));
        Assert.Empty(listener.Reports.OfType<WarningReport>());
        Assert.Equal(("broken", "worse"), (unready.Diagnosis.Component, Assert.IsType<NotReadyException>(Assert.Single(unready.Further)).Diagnosis.Component));
        Assert.Equal(ComponentStatus.Failed, unready.Deployment!.Status);
    }

    [Fact]
    public async Task A_plan_that_another_deploy_has_overtaken_takes_nothing_of_that_back()
    {
        var cluster = simulated.Cluster("overtaken");
        ManifestSet Map(string value) => Given.Manifests(("front", [], [Given.ConfigMap("overtaken", "front", value)]));
        await SimulatedCluster.DeployAsync(cluster, Map("one"));
        await using var plan = await PlatformDeployment.PlanAsync(cluster, Map("two"), new DeployOptions { Atomic = true }, TimeProvider.System, CancellationToken.None);
        await SimulatedCluster.DeployAsync(cluster, Map("three"));

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None));

        Assert.Equal("PlanOutdated", exception.ErrorId);
        Assert.Equal("three", (await simulated.FindAsync("v1", "ConfigMap", "overtaken", "front")).Text("data", "key"));
    }

    private static JsonObject Reselected(string space, string name)
    {
        var workload = Given.Workload(space, name);
        workload["spec"]!["selector"]!["matchLabels"]!["app"] = "other";
        workload["spec"]!["template"]!["metadata"]!["labels"]!["app"] = "other";
        return workload;
    }

    private static ManifestSet Claim(string space, string size) => Given.Manifests(("data", [], [ClaimObject(space, size)]));

    private static JsonObject ClaimObject(string space, string size) => Given.Json($$"""
        {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data","namespace":"{{space}}"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"{{size}}"} } } }
        """);
}
