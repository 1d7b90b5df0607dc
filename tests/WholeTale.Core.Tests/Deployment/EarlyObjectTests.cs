using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>What a deploy makes and asks for before it has to.</summary>
public sealed class EarlyObjectTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    [Fact]
    public async Task What_runs_nothing_is_made_while_what_it_depends_on_starts()
    {
        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(simulated.Cluster("early"), Three("early", homeless: "store")));

        Assert.NotNull(await simulated.FindAsync("v1", "PersistentVolumeClaim", "early", "disk"));
        Assert.NotNull(await simulated.FindAsync("v1", "Service", "early", "front"));
        Assert.NotNull(await simulated.FindAsync("networking.k8s.io/v1", "Ingress", "early", "door"));
        Assert.Null(await simulated.FindAsync("apps/v1", "Deployment", "early", "front"));
    }

    [Fact]
    public async Task What_exists_may_be_in_use_and_changes_in_its_turn()
    {
        var cluster = simulated.Cluster("turn");
        await SimulatedCluster.DeployAsync(cluster, Three("turn"));

        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, Three("turn", homeless: "store", value: "two")));

        Assert.Equal("one", (await simulated.FindAsync("v1", "ConfigMap", "turn", "settings")).Text("data", "key"));
    }

    [Fact]
    public async Task The_Services_behind_a_door_are_there_before_it()
    {
        var listener = new SimulatedCluster.Listener();

        await RunAsync("door", TimeProvider.System, listener);

        var written = listener.Reports.OfType<RequestReport>().Where(report => report.Method == "PATCH").Select(report => report.Path.Split('?')[0].Split('/')[^2..]).Select(path => string.Join('/', path)).ToList();
        Assert.InRange(written.IndexOf("ingresses/door"), written.IndexOf("services/front") + 1, written.Count);
    }

    [Fact]
    public async Task GCEs_controller_finds_the_pods_from_which_it_takes_its_health_checks()
    {
        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(simulated.Cluster("gce"), Three("gce", homeless: "store", controller: "gce")));

        Assert.NotNull(await simulated.FindAsync("v1", "Service", "gce", "front"));
        Assert.Null(await simulated.FindAsync("networking.k8s.io/v1", "Ingress", "gce", "door"));
    }

    [Fact]
    public async Task A_door_is_there_when_what_it_leads_to_starts() => Assert.Equal(["ingress", "store"], await ArrivalsAsync("open", homeless: "front"));

    [Fact]
    public async Task A_door_is_not_there_before_what_it_leads_to_has_what_it_needs() => Assert.Empty(await ArrivalsAsync("shut", homeless: "store"));

    [Fact]
    public async Task Each_component_arrives_once() => Assert.Equal(["front", "ingress", "store"], await ArrivalsAsync("once", homeless: ""));

    [Fact]
    public async Task Nobody_asks_why_of_what_is_ready_at_once()
    {
        var listener = new SimulatedCluster.Listener();

        // Its clock stands still: whatever the machine, nothing takes long.
        var deployment = await RunAsync("quick", new FakeTimeProvider(DateTimeOffset.UtcNow), listener);

        Assert.Equal(ComponentStatus.Ready, deployment.Status);
        Assert.DoesNotContain(listener.Reports.OfType<RequestReport>(), report => report.Path.Contains("/pods?", StringComparison.Ordinal) || report.Path.Contains("/events?", StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<string>> ArrivalsAsync(string @namespace, string homeless)
    {
        var (manifests, arrived) = (Three(@namespace, homeless), new ConcurrentQueue<string>());
        var plan = await new DeployPlanner(simulated.Cluster(@namespace), simulated.Client, new DeployOptions(), TimeProvider.System)
            .PlanAsync(ManifestSource.Of(manifests), CancellationToken.None);
        await using var watch = plan.Watch;
        try
        {
            await new DeployRun(plan with { Arrived = arrived.Enqueue }, new SimulatedCluster.Listener(), "deploying").RunAsync(CancellationToken.None);
        }
        catch (NotReadyException) when (homeless.Length > 0)
        {
            // As it should.
        }

        return [.. arrived.Order(StringComparer.Ordinal)];
    }

    private async Task<WholeTale.Core.Deployment.Deployment> RunAsync(string @namespace, TimeProvider time, SimulatedCluster.Listener listener)
    {
        await using var plan = await PlatformDeployment.PlanAsync(
            simulated.Cluster(@namespace), Three(@namespace), new DeployOptions(), time, CancellationToken.None, simulated.Client.ReportingTo(listener));
        return await plan.RunAsync(listener, CancellationToken.None);
    }

    // A store, a front that needs it, and a door that leads to the front. One of the two may fit on no node.
    private static ManifestSet Three(string @namespace, string homeless = "", string value = "one", string? controller = null)
    {
        var (store, front) = (Given.Workload(@namespace, "store"), Given.Workload(@namespace, "front"));
        if (homeless.Length > 0)
            (homeless == "store" ? store : front)["spec"]!["template"]!["spec"]!["nodeSelector"] = new JsonObject { ["room"] = "none" };
        var claim = Given.Json($$"""
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"disk","namespace":"{{@namespace}}"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"} } } }
            """);
        var service = Given.Json($$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"front","namespace":"{{@namespace}}"},"spec":{"selector":{"app":"front"},"ports":[{"port":80}]} }""");
        var door = Given.Json($$"""
            {"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"door","namespace":"{{@namespace}}"},"spec":{"defaultBackend":{"service":{"name":"front","port":{"number":80} } } } }
            """);
        if (controller is not null)
            door["metadata"]!["annotations"] = new JsonObject { [ManifestFinish.ControllerAnnotation] = controller };
        return Given.Manifests(
            ("store", [], [store]),
            ("front", ["store"], [Given.ConfigMap(@namespace, "settings", value), claim, service, front]),
            ("ingress", ["front"], [door]));
    }
}
