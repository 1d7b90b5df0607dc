using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>What a deploy is refused for before it writes anything: all of it is told, each in words that say which field and what to do, and a comparison shows it beside the changes.</summary>
public sealed class RefusalTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    public static TheoryData<string, string, string, string, string> ForbiddenChanges => new()
    {
        { "smaller", Claim("2Gi"), Claim("1Gi"), "it has 2Gi and would have 1Gi, and a claim can grow, but not shrink.", "It holds data, so it is not recreated. Set Volumes.MongoData to 2Gi or more, or move the data and delete it by hand." },
        { "class", Claim("1Gi", "standard"), Claim("1Gi", "fast"), "spec.storageClassName (standard, wanted: fast) may not change once it is made.", "It holds data, so it is not recreated. Set Volumes.StorageClass to standard, or move the data and delete it by hand." },
        { "classless", Claim("1Gi", "standard"), Claim("1Gi"), "spec.storageClassName (standard, wanted: nothing) may not change once it is made.", "Set Volumes.StorageClass to standard, or" },
        { "both", Claim("2Gi", "standard"), Claim("1Gi", "fast"), "spec.storageClassName (standard, wanted: fast) may not change once it is made; it has 2Gi and would have 1Gi, and", "Set Volumes.StorageClass to standard and Volumes.MongoData to 2Gi or more, or" },
        { "service", StatefulSet("one", 1), StatefulSet("two", 2), "spec.serviceName (one, wanted: two) may not change once it is made.", "Repeat with -Recreate to have it deleted and made again." },
    };

    [Theory]
    [MemberData(nameof(ForbiddenChanges))]
    public async Task A_change_that_may_not_be_is_told_with_its_fields_and_their_values(string name, string before, string after, string what, string advice)
    {
        var space = $"forbidden-{name}";
        var cluster = simulated.Cluster(space);
        await DeployAsync(cluster, Object(space, before));

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => DeployAsync(cluster, Object(space, after)));

        Assert.Equal("FieldImmutable", exception.ErrorId);
        Assert.Contains($" cannot be changed as data.yaml:1 wants it: {what}", exception.Explanation, StringComparison.Ordinal);
        Assert.Contains(advice, exception.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_rule_of_the_server_refuses_is_told_with_its_component_also_where_it_is_foreseen()
    {
        var cluster = simulated.Cluster("ruled");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.Workload("ruled", "front")])));
        await simulated.SetFaultsAsync("""{"userAgent":"wholetale*","namespace":"ruled","resource":"deployments","verb":"patch","status":403,"reason":"Forbidden","message":"admission webhook \"policy\" denied the request: no"}""");

        var exception = await Assert.ThrowsAsync<ApiException>(() => SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.Workload("ruled", "front", "redis:8")]))));

        await simulated.SetFaultsAsync();
        Assert.StartsWith("Component front cannot be deployed:", exception.Message, StringComparison.Ordinal);
        Assert.Contains("denied the request: no", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_undo_names_the_revision_that_cannot_be_gone_back_to_without_a_line()
    {
        var cluster = simulated.Cluster("forbiddenundo");
        await DeployAsync(cluster, Object("forbiddenundo", StatefulSet("one", 1)));
        await DeployAsync(cluster, new DeployOptions { Recreate = true, NoWait = true }, Object("forbiddenundo", StatefulSet("two", 1)));

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => Rollback.PlanAsync(cluster, 1, new DeployOptions(), new SimulatedCluster.Listener(), CancellationToken.None));

        Assert.Contains(" cannot be changed as revision 1 wants it: spec.serviceName (two, wanted: one) may not", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_besides_is_not_called_unchangeable_and_keeps_the_object_from_being_recreated()
    {
        var cluster = simulated.Cluster("besides");
        await DeployAsync(cluster, Given.Workload("besides", "front"));
        var uid = (await simulated.FindAsync("apps/v1", "Deployment", "besides", "front"))!.Uid();
        var wrong = Reselected("besides", "front");
        wrong["spec"]!["replicas"] = -1;

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => DeployAsync(cluster, new DeployOptions { Recreate = true }, wrong));

        Assert.Contains("spec.selector.matchLabels.app (front, wanted: other) may not change once it is made; the server also refuses spec.replicas: Invalid value: -1", exception.Explanation, StringComparison.Ordinal);
        Assert.Equal("Correct what else is refused. Then repeat with -Recreate to have it deleted and made again.", exception.Advice);
        Assert.Equal(uid, (await simulated.FindAsync("apps/v1", "Deployment", "besides", "front"))!.Uid());
    }

    [Fact]
    public async Task All_that_is_refused_is_told_at_once_and_nothing_is_written()
    {
        var cluster = simulated.Cluster("atonce");
        await DeployAsync(cluster, Given.ConfigMap("atonce", "a", "one"), Given.ConfigMap("atonce", "b", "one"), Given.Workload("atonce", "front"), Object("atonce", Claim("2Gi")));
        await TakeAsync(Given.ConfigMap("atonce", "a", "theirs"));
        await TakeAsync(Given.ConfigMap("atonce", "b", "theirs"));
        await simulated.Client.ApplyAsync(Given.ConfigMap("atonce", "foreign", "theirs"), new ApplyOptions { FieldManager = "somebody" }, CancellationToken.None);

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => DeployAsync(
            cluster, Given.ConfigMap("atonce", "new", "x"), Given.ConfigMap("atonce", "a", "two"), Given.ConfigMap("atonce", "b", "two"), Given.ConfigMap("atonce", "foreign", "two"),
            Reselected("atonce", "front"), Object("atonce", Claim("1Gi"))));

        Assert.Equal(
            [
                ("ObjectNotOurs", "ConfigMap atonce/foreign"), ("Conflict", "ConfigMap atonce/a"), ("Conflict", "ConfigMap atonce/b"), ("Conflict", "ConfigMap atonce/foreign"),
                ("FieldImmutable", "Deployment atonce/front"), ("FieldImmutable", "PersistentVolumeClaim atonce/mongo-data"),
            ],
            exception.Further.Prepend(exception).Select(failure => (failure.ErrorId, failure.Target)));
        Assert.Null(await simulated.FindAsync("v1", "ConfigMap", "atonce", "new"));
        Assert.Equal("theirs", (await simulated.FindAsync("v1", "ConfigMap", "atonce", "a")).Text("data", "key"));
    }

    [Fact]
    public async Task What_lies_behind_a_conflict_is_told_with_it()
    {
        var cluster = simulated.Cluster("behind");
        var before = Given.Workload("behind", "front");
        before["spec"]!["replicas"] = 1;
        await DeployAsync(cluster, before);
        await PatchAsync("behind", "front", """{"spec":{"replicas":0}}""");
        var after = Reselected("behind", "front");
        after["spec"]!["replicas"] = 1;

        var exception = await Assert.ThrowsAsync<ConflictException>(() => DeployAsync(cluster, after));

        Assert.Equal("FieldImmutable", Assert.Single(exception.Further).ErrorId);
    }

    [Fact]
    public async Task A_comparison_shows_all_changes_and_beside_each_what_stands_in_its_way()
    {
        var cluster = simulated.Cluster("compared");
        await DeployAsync(cluster, Given.ConfigMap("compared", "held", "one"), Given.Workload("compared", "front"), Object("compared", Claim("2Gi")), Given.ConfigMap("compared", "free", "one"));
        await TakeAsync(Given.ConfigMap("compared", "held", "theirs"));
        await simulated.Client.ApplyAsync(Given.ConfigMap("compared", "foreign", "theirs"), new ApplyOptions { FieldManager = "somebody" }, CancellationToken.None);
        var front = Reselected("compared", "front");
        front["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "redis:8";
        var broken = Given.Json("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"broken","namespace":"compared"},"spec":{"ports":[{"port":0}]} }""");

        var changes = await CompareAsync(
            cluster, Given.ConfigMap("compared", "held", "two"), Given.ConfigMap("compared", "foreign", "two"), front, Object("compared", Claim("1Gi")), Given.ConfigMap("compared", "free", "two"), broken);

        Assert.Contains(new Change("ConfigMap", "held", "data", "data.key", "theirs", "two", "somebody") { Obstacle = "needs -Force" }, changes);
        Assert.Contains(new Change("ConfigMap", "foreign", "data", "data.key", "theirs", "two", "somebody") { Obstacle = "needs -Adopt, needs -Force" }, changes);
        Assert.Contains(changes, change => change is { Name: "foreign", Path: "metadata.labels", Obstacle: "needs -Adopt" });
        Assert.Contains(changes, change => change is { Name: "front", Path: "spec.selector.matchLabels.app", Before: "front", After: "other", Obstacle: "needs -Recreate" });
        Assert.Contains(changes, change => change is { Name: "front", Path: "spec.template.spec.containers[main].image", Before: "redis:7", After: "redis:8", Obstacle: "" });
        Assert.Contains(changes, change => change is { Name: "mongo-data", Path: "spec.resources.requests.storage", Before: "2Gi", After: "1Gi", Obstacle: "refused: a claim cannot shrink" });
        Assert.Contains(changes, change => change is { Name: "free", Path: "data.key", Obstacle: "" });
        Assert.StartsWith("refused: spec.ports[0].port: Invalid value: 0", Assert.Single(changes, change => change is { Name: "broken", After: "created" }).Obstacle, StringComparison.Ordinal);
        Assert.Equal("theirs", (await simulated.FindAsync("v1", "ConfigMap", "compared", "held")).Text("data", "key"));
    }

    [Fact]
    public async Task A_strategy_that_somebody_changed_is_taken_back_on_request()
    {
        var cluster = simulated.Cluster("strategy");
        await DeployAsync(cluster, Strategic("strategy", "Recreate"));
        await PatchAsync("strategy", "front", """{"spec":{"strategy":{"type":"RollingUpdate"}}}""");

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => DeployAsync(cluster, Strategic("strategy", "Recreate")));
        var changes = await CompareAsync(cluster, Strategic("strategy", "Recreate"));
        var drift = await Comparison.WithRevisionAsync(cluster, new SimulatedCluster.Listener(), CancellationToken.None);
        var forced = await DeployAsync(cluster, new DeployOptions { Force = true }, Strategic("strategy", "Recreate"));
        var again = await DeployAsync(cluster, Strategic("strategy", "Recreate"));

        Assert.Empty(conflict.Further);
        Assert.Contains(conflict.Conflicts, item => item == new FieldConflict("spec.strategy.type", "kubectl-edit"));
        Assert.Contains(changes, change => change is { Path: "spec.strategy.type", Before: "RollingUpdate", After: "Recreate", Owner: "kubectl-edit", Obstacle: "needs -Force" });
        Assert.Contains(drift, change => change is { Path: "spec.strategy.type", Before: "RollingUpdate", After: "Recreate", Owner: "kubectl-edit" });
        Assert.Equal((AppliedResult.Updated, AppliedResult.Unchanged), (Assert.Single(forced.Objects).Result, Assert.Single(again.Objects).Result));
        await AssertOursAsync("strategy", "Recreate");

        // Nobody is asked for what is ours again.
        Assert.Equal(AppliedResult.Updated, Assert.Single((await DeployAsync(cluster, Strategic("strategy", "RollingUpdate"))).Objects).Result);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("RollingUpdate")]
    public async Task A_strategy_that_nobody_else_holds_is_changed_without_force(string? before)
    {
        var space = $"unheld-{before?.ToLowerInvariant()}0";
        var cluster = simulated.Cluster(space);
        await DeployAsync(cluster, Strategic(space, before));

        var changed = await DeployAsync(cluster, Strategic(space, "Recreate"));
        var again = await DeployAsync(cluster, Strategic(space, "Recreate"));
        await AssertOursAsync(space, "Recreate");
        await DeployAsync(cluster, Strategic(space, before));

        Assert.Equal((AppliedResult.Updated, AppliedResult.Unchanged), (Assert.Single(changed.Objects).Result, Assert.Single(again.Objects).Result));
        Assert.Equal("RollingUpdate", (await simulated.FindAsync("apps/v1", "Deployment", space, "front")).Text("spec", "strategy", "type"));
    }

    [Fact]
    public async Task Of_a_strategy_that_somebody_tuned_is_told_who_before_it_is_taken_away()
    {
        var cluster = simulated.Cluster("tuned");
        await DeployAsync(cluster, Strategic("tuned", "RollingUpdate"));
        await PatchAsync("tuned", "front", """{"spec":{"strategy":{"rollingUpdate":{"maxSurge":3}}}}""");

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => DeployAsync(cluster, Strategic("tuned", "Recreate")));
        await DeployAsync(cluster, new DeployOptions { Force = true }, Strategic("tuned", "Recreate"));

        Assert.Equal([new FieldConflict("spec.strategy.rollingUpdate", "kubectl-edit")], conflict.Conflicts);
        await AssertOursAsync("tuned", "Recreate");
    }

    private async Task AssertOursAsync(string space, string type)
    {
        var live = (await simulated.FindAsync("apps/v1", "Deployment", space, "front"))!;
        Assert.Equal((type, null), (live.Text("spec", "strategy", "type"), live.At("spec", "strategy", "rollingUpdate")));
        Assert.Equal(["wholetale"], live.Items("metadata", "managedFields").Where(entry => entry.At("fieldsV1", "f:spec", "f:strategy") is not null).Select(entry => entry.Text("manager")));
    }

    private static Task<WholeTale.Core.Deployment.Deployment> DeployAsync(Cluster cluster, params JsonObject[] objects) => DeployAsync(cluster, new DeployOptions { NoWait = true }, objects);

    private static Task<WholeTale.Core.Deployment.Deployment> DeployAsync(Cluster cluster, DeployOptions options, params JsonObject[] objects) =>
        SimulatedCluster.DeployAsync(cluster, Given.Manifests(("data", [], objects)), options);

    private static async Task<IReadOnlyList<Change>> CompareAsync(Cluster cluster, params JsonObject[] objects)
    {
        var manifests = Given.Manifests(("data", [], objects));
        await using var plan = await PlatformDeployment.PlanAsync(cluster, manifests, new DeployOptions { Foresee = true, IsHypothetical = true }, TimeProvider.System, CancellationToken.None);
        return plan.Changes;
    }

    private Task<ApplyOutcome> TakeAsync(JsonObject manifest) => simulated.Client.ApplyAsync(manifest, new ApplyOptions { FieldManager = "somebody", Force = true }, CancellationToken.None);

    private async Task PatchAsync(string space, string name, string patch)
    {
        using var content = new StringContent(patch, null, "application/merge-patch+json");
        using var answer = await simulated.Http.PatchAsync($"apis/apps/v1/namespaces/{space}/deployments/{name}?fieldManager=kubectl-edit", content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static JsonObject Object(string space, string text)
    {
        var item = Given.Json(text);
        item["metadata"]!["namespace"] = space;
        return item;
    }

    private static JsonObject Strategic(string space, string? type)
    {
        var workload = Given.Workload(space, "front");
        if (type is not null)
            workload["spec"]!["strategy"] = new JsonObject { ["type"] = type };
        return workload;
    }

    private static JsonObject Reselected(string space, string name)
    {
        var workload = Given.Workload(space, name);
        workload["spec"]!["selector"]!["matchLabels"]!["app"] = "other";
        workload["spec"]!["template"]!["metadata"]!["labels"]!["app"] = "other";
        return workload;
    }

    private static string Claim(string size, string? storageClass = null) => $$"""
        {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"mongo-data"},
        "spec":{"accessModes":["ReadWriteOnce"],{{(storageClass is null ? "" : $"\"storageClassName\":\"{storageClass}\",")}}"resources":{"requests":{"storage":"{{size}}"} } } }
        """;

    private static string StatefulSet(string service, int replicas) => $$"""
        {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"store"},"spec":{"serviceName":"{{service}}","replicas":{{replicas}},"selector":{"matchLabels":{"app":"store"} },
        "template":{"metadata":{"labels":{"app":"store"} },"spec":{"containers":[{"name":"main","image":"redis:7"}]} } } }
        """;
}
