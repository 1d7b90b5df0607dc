using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>What an undo and the way back of an atomic deploy do, and what they leave alone.</summary>
public sealed class WayBackTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>, IAsyncLifetime
{
    private static readonly DeploySettings Quick = new() { ComponentTimeout = TimeSpan.FromSeconds(60), FailureGrace = TimeSpan.FromMilliseconds(500) };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await simulated.SetFaultsAsync();

    [Fact]
    public async Task Without_a_good_revision_an_atomic_deploy_removes_what_it_made_and_no_more()
    {
        var cluster = simulated.Cluster("firstatomic", Quick);
        await simulated.SetFaultsAsync("""{"on":"image","image":"*nope*","namespace":"firstatomic"}""");
        await simulated.Client.ApplyAsync(Given.Json("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"firstatomic"}}"""), new ApplyOptions { FieldManager = "somebody" }, CancellationToken.None);
        await simulated.Client.ApplyAsync(Given.ConfigMap("firstatomic", "theirs", "one"), new ApplyOptions { FieldManager = "somebody" }, CancellationToken.None);
        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(
            cluster, Given.Manifests(("front", [], [Given.ConfigMap("firstatomic", "before", "x"), Given.Workload("firstatomic", "front", "nope:1")]))));
        var tale = Given.Workload("firstatomic", "tale-1");
        tale["metadata"]!["labels"] = Given.Json("""{"app.kubernetes.io/component":"tale","app.kubernetes.io/part-of":"wholetale","app.kubernetes.io/managed-by":"wholetale"}""");
        await simulated.Client.CreateAsync(tale, CancellationToken.None);
        var manifests = Given.Manifests(("front", [],
        [
            Given.ConfigMap("firstatomic", "theirs", "one"), Given.ConfigMap("firstatomic", "before", "x"), Given.ConfigMap("firstatomic", "made", "x"), Given.Workload("firstatomic", "front", "nope:1"),
        ]));
        var listener = new SimulatedCluster.Listener();

        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, manifests, new DeployOptions { Atomic = true, Adopt = true, Force = true }, listener));

        Assert.Null(await simulated.FindAsync("v1", "ConfigMap", "firstatomic", "made"));
        foreach (var (apiVersion, kind, name) in new[] { ("v1", "ConfigMap", "theirs"), ("v1", "ConfigMap", "before"), ("apps/v1", "Deployment", "front"), ("apps/v1", "Deployment", "tale-1") })
            Assert.NotNull(await simulated.FindAsync(apiVersion, kind, "firstatomic", name));
        Assert.Contains(listener.Reports.OfType<WarningReport>(), warning => warning.Message.Contains("what was there before", StringComparison.Ordinal));

        // What is left is known to a removal still.
        await using var removal = await Removal.PlanAsync(cluster, simulated.Client, keepData: false, isDecided: true, CancellationToken.None);
        await removal.RunAsync(listener, CancellationToken.None);
        Assert.Null(await simulated.FindAsync("v1", "ConfigMap", "firstatomic", "before"));
        Assert.Null(await simulated.FindAsync("v1", "ConfigMap", "firstatomic", "theirs"));
    }

    [Fact]
    public async Task What_was_going_when_an_atomic_deploy_began_and_that_it_made_anew_goes_with_it()
    {
        var cluster = simulated.Cluster("goneatomic", Quick);
        await simulated.SetFaultsAsync("""{"on":"image","image":"*nope*","namespace":"goneatomic"}""");
        var going = new ObjectReference(ResourceTypes.ConfigMap, "goneatomic", "going");
        await simulated.Client.CreateAsync(Given.Json("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"goneatomic"}}"""), CancellationToken.None);
        var manifests = Given.Manifests(("front", [], [Given.ConfigMap("goneatomic", "going", "x"), Given.Workload("goneatomic", "front", "nope:1")]));
        var former = (JsonObject)manifests.Components[0].Objects[0].Object.DeepClone();
        former["metadata"]!["finalizers"] = new JsonArray("keeper.example.org/hold");
        await simulated.Client.CreateAsync(former, CancellationToken.None);
        await simulated.Client.DeleteAsync(going, Propagation.Background, null, CancellationToken.None);
        var released = Task.CompletedTask;
        var listener = new SimulatedCluster.Listener(report =>
        {
            if (report is ProgressReport { Status: "waits for ConfigMap goneatomic/going (held by keeper.example.org/hold: the controller of keeper.example.org)" })
                released = simulated.Client.MergeAsync(going, Given.Json("""{"metadata":{"finalizers":null} }"""), CancellationToken.None);
        });

        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, manifests, new DeployOptions { Atomic = true, Adopt = true }, listener));

        await released;
        Assert.Null(await simulated.FindAsync("v1", "ConfigMap", "goneatomic", "going"));
        Assert.Null(await simulated.FindAsync("apps/v1", "Deployment", "goneatomic", "front"));
    }

    [Fact]
    public async Task The_way_back_of_an_atomic_deploy_stands_in_its_log_and_in_its_timeline_and_the_deploy_has_failed()
    {
        var cluster = simulated.Cluster("toldatomic", Quick);
        var log = Path.Combine(cluster.Settings!.Settings.StateFolder, "atomic.jsonl");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.Workload("toldatomic", "front")])));
        await simulated.SetFaultsAsync("""{"on":"image","image":"*nope*","namespace":"toldatomic"}""");
        var options = new DeployOptions { Atomic = true, LogPath = log, ReportPath = Path.ChangeExtension(log, "html") };
        await using var plan = await PlatformDeployment.PlanAsync(
            cluster, Given.Manifests(("front", [], [Given.Workload("toldatomic", "front", "nope:1")])), options, TimeProvider.System, CancellationToken.None);

        await Assert.ThrowsAsync<NotReadyException>(() => plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None));

        var lines = (await File.ReadAllLinesAsync(log)).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Equal(["started", "failed", "started", "succeeded"], lines.Where(line => line.Text("event") == "deploy").Select(line => line.Text("result")));
        Assert.Contains(lines, line => line.Text("event") == "warning" && line.Text("result").Contains("Returning to revision 1.", StringComparison.Ordinal));
        Assert.Equal((ComponentStatus.Failed, "ImageNotFound"), (plan.Outcome!.Status, Assert.Single(plan.Outcome.Diagnoses).Reason));
        var page = await File.ReadAllTextAsync(options.ReportPath);
        Assert.Contains("Returning to revision 1.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_good_is_recorded_an_atomic_deploy_returns_to_what_nobody_has_seen_ready()
    {
        var cluster = simulated.Cluster("appliedback", Quick);
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.Workload("appliedback", "front")])), new DeployOptions { NoWait = true });
        await simulated.SetFaultsAsync("""{"on":"image","image":"*unseen*","namespace":"appliedback"}""");
        var listener = new SimulatedCluster.Listener();
        await using var plan = await PlatformDeployment.PlanAsync(
            cluster, Given.Manifests(("front", [], [Given.Workload("appliedback", "front", "unseen:1")])), new DeployOptions { Atomic = true }, TimeProvider.System, CancellationToken.None);

        await Assert.ThrowsAsync<NotReadyException>(() => plan.RunAsync(listener, CancellationToken.None));

        Assert.Contains(listener.Reports.OfType<WarningReport>(), warning => warning.Message.EndsWith("There is no earlier good revision: returning to revision 1, which nobody has seen ready.", StringComparison.Ordinal));
        Assert.Equal((ComponentStatus.Failed, 1), (plan.Outcome!.Status, plan.Outcome.ReturnedTo));
        Assert.Equal("redis:7", (await simulated.FindAsync("apps/v1", "Deployment", "appliedback", "front")).Items("spec", "template", "spec", "containers").Single().Text("image"));
        Assert.Equal([(3, RevisionOutcome.Deployed), (2, RevisionOutcome.Failed)], (await RevisionHistory.ListAsync(cluster, CancellationToken.None)).Take(2).Select(entry => (entry.Number, entry.Outcome)));
    }

    [Fact]
    public async Task A_way_back_that_fails_is_told_as_an_error_of_its_own()
    {
        var cluster = simulated.Cluster("failedback", Quick);
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Recreated("redis:7")])));
        await simulated.SetFaultsAsync("""{"on":"container","namespace":"failedback","exitCode":3}""");
        await using var plan = await PlatformDeployment.PlanAsync(
            cluster, Given.Manifests(("front", [], [Recreated("redis:8")])), new DeployOptions { Atomic = true }, TimeProvider.System, CancellationToken.None);

        var failure = await Assert.ThrowsAsync<NotReadyException>(() => plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None));

        Assert.Equal("CrashLoop", Assert.IsType<NotReadyException>(Assert.Single(failure.Further)).Diagnosis.Reason);
        Assert.Equal((2, null), (plan.Outcome!.Diagnoses.Count, plan.Outcome.ReturnedTo));
        Assert.Equal("redis:7", (await simulated.FindAsync("apps/v1", "Deployment", "failedback", "front")).Items("spec", "template", "spec", "containers").Single().Text("image"));

        static JsonObject Recreated(string image)
        {
            var front = Given.Workload("failedback", "front", image);
            front["spec"]!["strategy"] = Given.Json("""{"type":"Recreate"}""");
            return front;
        }
    }

    [Fact]
    public async Task A_return_goes_to_what_differs_from_what_is_there()
    {
        var cluster = simulated.Cluster("againback", Quick);
        foreach (var value in new[] { "one", "two" })
            await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.ConfigMap("againback", "front", value)])));
        await UndoAsync(2);

        await UndoAsync(null);

        Assert.Equal("one", (await simulated.FindAsync("v1", "ConfigMap", "againback", "front")).Text("data", "key"));
        var exception = await Assert.ThrowsAsync<DeploymentException>(async () => await Rollback.PlanAsync(cluster, 9, new DeployOptions(), new SimulatedCluster.Listener(), CancellationToken.None));
        Assert.Contains("It has 1 (Deployed), 2 (Deployed), 3 (Deployed).", exception.Message, StringComparison.Ordinal);

        async Task UndoAsync(int? number)
        {
            await using var rollback = await Rollback.PlanAsync(cluster, number, new DeployOptions(), new SimulatedCluster.Listener(), CancellationToken.None);
            await rollback.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
        }
    }

    [Fact]
    public async Task An_atomic_deploy_that_has_lost_its_lease_leaves_the_way_back_to_who_took_it()
    {
        var cluster = simulated.Cluster("lostatomic", Quick);
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.Workload("lostatomic", "front")])));
        await simulated.SetFaultsAsync(
            """{"on":"image","image":"*lost*","namespace":"lostatomic"}""", """{"userAgent":"wholetale*","namespace":"lostatomic","resource":"secrets","verb":"patch","action":"hang"}""");
        var isTaken = false;
        var listener = new SimulatedCluster.Listener(report => isTaken |= report is MilestoneReport { Message: var message } && message.StartsWith("front: Failed", StringComparison.Ordinal));

        var running = SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.Workload("lostatomic", "front", "lost:1")])), new DeployOptions { Atomic = true }, listener);
        while (!Volatile.Read(ref isTaken) && !running.IsCompleted)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await simulated.Client.MergeAsync(
            new ObjectReference(ResourceTypes.Lease, "lostatomic", DeployLease.Name), Given.Json("""{"spec":{"holderIdentity":"ada@elsewhere/1/2/3"}}"""), CancellationToken.None);
        var exception = await Assert.ThrowsAsync<DeploymentException>(() => running.WaitAsync(TimeSpan.FromSeconds(25)));

        Assert.Equal("LeaseLost", exception.ErrorId);
        Assert.DoesNotContain(listener.Reports.OfType<WarningReport>(), warning => warning.Message.Contains("Returning", StringComparison.Ordinal));
        Assert.Equal("lost:1", (await simulated.FindAsync("apps/v1", "Deployment", "lostatomic", "front")).Items("spec", "template", "spec", "containers").Single().Text("image"));
    }

    [Fact]
    public async Task A_deploy_whose_components_are_ready_is_not_taken_back_for_what_could_not_be_pruned()
    {
        var cluster = simulated.Cluster("unpruned", Quick);
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.ConfigMap("unpruned", "front", "one"), Given.ConfigMap("unpruned", "old", "x")])));
        await simulated.SetFaultsAsync("""{"on":"api","namespace":"unpruned","verb":"delete","resource":"configmaps","status":403,"reason":"Forbidden","message":"no"}""");
        var manifests = Given.Manifests(("front", [], [Given.ConfigMap("unpruned", "front", "two")]));
        await using var plan = await PlatformDeployment.PlanAsync(cluster, manifests, new DeployOptions { Atomic = true }, TimeProvider.System, CancellationToken.None);

        var exception = await Assert.ThrowsAsync<ApiException>(() => plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None));

        await simulated.SetFaultsAsync();
        Assert.Equal(FailureKind.Forbidden, exception.Kind);
        Assert.Equal((ComponentStatus.Failed, "KubernetesForbidden"), (plan.Outcome!.Status, Assert.Single(plan.Outcome.Diagnoses).Reason));
        Assert.Equal("two", (await simulated.FindAsync("v1", "ConfigMap", "unpruned", "front")).Text("data", "key"));
        Assert.Equal([(2, RevisionOutcome.Failed), (1, RevisionOutcome.Deployed)], (await RevisionHistory.ListAsync(cluster, CancellationToken.None)).Select(entry => (entry.Number, entry.Outcome)));
        var again = await SimulatedCluster.DeployAsync(cluster, manifests);
        Assert.Contains(again.Objects, item => item is { Name: "old", Result: AppliedResult.Pruned });
    }

    [Fact]
    public async Task A_claim_that_has_grown_since_keeps_its_size()
    {
        var cluster = simulated.Cluster("undogrown", Quick);
        await SimulatedCluster.DeployAsync(cluster, Data("undogrown", "10Gi", "one"));
        await SimulatedCluster.DeployAsync(cluster, Data("undogrown", "20Gi", "two"));

        await using var rollback = await Rollback.PlanAsync(cluster, null, new DeployOptions(), new SimulatedCluster.Listener(), CancellationToken.None);
        var deployment = await rollback.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.Equal(["settings"], rollback.Changes.Select(change => change.Name).Distinct());
        Assert.Equal(ComponentStatus.Ready, deployment.Status);
        Assert.Equal("one", (await simulated.FindAsync("v1", "ConfigMap", "undogrown", "settings")).Text("data", "key"));
        Assert.Equal("20Gi", (await simulated.FindAsync("v1", "PersistentVolumeClaim", "undogrown", "data")).Text("spec", "resources", "requests", "storage"));
    }

    [Fact]
    public async Task An_atomic_deploy_that_grew_a_claim_finds_its_way_back()
    {
        var cluster = simulated.Cluster("grownback", Quick);
        await SimulatedCluster.DeployAsync(cluster, Data("grownback", "10Gi", "one", "redis:7"));
        await simulated.SetFaultsAsync("""{"on":"image","image":"*nope*","namespace":"grownback"}""");
        var listener = new SimulatedCluster.Listener();

        var failure = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, Data("grownback", "20Gi", "two", "nope:1"), new DeployOptions { Atomic = true }, listener));

        Assert.Empty(failure.Further);
        Assert.Contains(listener.Reports.OfType<WarningReport>(), warning => warning.Message.StartsWith("PersistentVolumeClaim data has grown to 20Gi since and keeps that size, where the revision had 10Gi", StringComparison.Ordinal));
        Assert.Equal("one", (await simulated.FindAsync("v1", "ConfigMap", "grownback", "settings")).Text("data", "key"));
    }

    [Fact]
    public async Task An_undo_tells_no_secrets_and_keeps_a_log()
    {
        const string Password = "hunter2-and-more";
        var cluster = simulated.Cluster("undosecret", Quick);
        await SimulatedCluster.DeployAsync(cluster, Talkative("undosecret", "redis:7", Password));
        await SimulatedCluster.DeployAsync(cluster, Talkative("undosecret", "redis:8", Password));
        await simulated.SetFaultsAsync($$"""{"on":"container","namespace":"undosecret","exitCode":3,"message":"cannot log in with {{Password}}"}""");
        var log = Path.Combine(cluster.Settings!.Settings.StateFolder, "undo.jsonl");
        await using var rollback = await Rollback.PlanAsync(cluster, null, new DeployOptions { LogPath = log }, new SimulatedCluster.Listener(), CancellationToken.None);

        var failure = await Assert.ThrowsAsync<NotReadyException>(() => rollback.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None));

        var entry = (await RevisionHistory.ListAsync(cluster, CancellationToken.None))[0];
        var text = await File.ReadAllTextAsync(log);
        Assert.Equal(RevisionOutcome.Failed, entry.Outcome);
        Assert.Contains("cannot log in with ********", $"{failure.Message}{string.Join('\n', failure.Diagnosis.LogTail)}", StringComparison.Ordinal);
        Assert.Contains("\"failed\"", text, StringComparison.Ordinal);
        foreach (var told in new[] { failure.Message, string.Join('\n', failure.Diagnosis.LogTail), entry.Message, text })
            Assert.DoesNotContain(Password, told, StringComparison.Ordinal);
    }

    private static ManifestSet Data(string space, string size, string value, string? image = null)
    {
        var claim = Given.Json($$"""
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data","namespace":"{{space}}"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"{{size}}"} } } }
            """);
        return Given.Manifests(("data", [], [claim, Given.ConfigMap(space, "settings", value), .. image is null ? [] : new[] { Given.Workload(space, "front", image) }]));
    }

    private static ManifestSet Talkative(string space, string image, string password)
    {
        var secret = Given.Json($$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"login","namespace":"{{space}}"},"data":{"password":"{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(password))}}"} }""");
        return Given.Manifests(("front", [], [secret, Given.Workload(space, "front", image)]));
    }
}
