using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Tales;

namespace WholeTale.Core.Tests.Deployment;

public sealed class RemovalTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    [Fact]
    public async Task KeepData_keeps_claims_passwords_and_records_and_a_later_deploy_finds_them()
    {
        var cluster = simulated.Cluster("keep");
        var options = new DeployOptions { SkipGirderSetup = true, Components = ["girder"] };
        await DeployAsync(cluster, options);
        var claim = (await simulated.FindAsync("v1", "PersistentVolumeClaim", "keep", "mongo-data"))!.Uid();
        var password = (await simulated.FindAsync("v1", "Secret", "keep", "girder-admin")).Text("data", "password");

        await RemoveAsync(cluster, keepData: true);
        var workload = await simulated.FindAsync("apps/v1", "StatefulSet", "keep", "mongo");
        await DeployAsync(cluster, options);

        Assert.Null(workload);
        Assert.Equal(claim, (await simulated.FindAsync("v1", "PersistentVolumeClaim", "keep", "mongo-data"))!.Uid());
        Assert.Equal(password, (await simulated.FindAsync("v1", "Secret", "keep", "girder-admin")).Text("data", "password"));
    }

    [Theory]
    [InlineData(true, "1 running tale among them; data and generated secrets are kept")]
    [InlineData(false, "1 running tale among them; the data in 1 volume is lost")]
    public async Task The_workspaces_of_tales_are_data(bool keepData, string told)
    {
        var space = keepData ? "workspace" : "noworkspace";
        var cluster = simulated.Cluster(space);
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("base", [], [Given.Json($$"""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"platform","namespace":"{{space}}"} }""")])));
        string name;
        await using (var tales = new TalePods(cluster, new SimulatedCluster.Listener()))
            name = (await tales.LaunchAsync(new TaleRequest { Name = "x", Image = "redis:7", User = "ada" }, CancellationToken.None)).Name;
        var claim = (await simulated.FindAsync("v1", "PersistentVolumeClaim", space, name))!.Uid();

        string summary;
        await using (var removal = await Removal.PlanAsync(cluster, keepData, isDecided: false, new SimulatedCluster.Listener(), CancellationToken.None))
        {
            summary = removal.Summary;
            await removal.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
        }

        var kept = await simulated.FindAsync("v1", "PersistentVolumeClaim", space, name);
        Assert.Contains(told, summary, StringComparison.Ordinal);
        Assert.Null(await simulated.FindAsync("apps/v1", "Deployment", space, name));
        Assert.Equal(keepData ? claim : null, kept?.Uid());
        if (!keepData)
            return;
        await RemoveAsync(cluster);
        Assert.Null(await simulated.FindAsync("v1", "PersistentVolumeClaim", space, name));
    }

    [Fact]
    public async Task Of_all_but_the_records_only_metadata_is_asked_for()
    {
        var cluster = simulated.Cluster("sparing");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.Workload("sparing", "front"), Given.ConfigMap("sparing", "plain", "x")])));
        using var ear = new Ear(simulated.Connection);
        var client = new ApiClient(new ApiTransport(simulated.Connection, TimeProvider.System, ear), TimeProvider.System);
        await using (var removal = await Removal.PlanAsync(cluster, client, keepData: true, isDecided: true, CancellationToken.None))
            await removal.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        var (whole, metadata) = (ear.Heard(isMetadata: false), ear.Heard(isMetadata: true));

        Assert.Equal(["secrets"], whole);
        Assert.Superset(new HashSet<string> { "deployments", "configmaps", "persistentvolumeclaims", "networkpolicies", "roles" }, metadata);
        Assert.Null(await simulated.FindAsync("apps/v1", "Deployment", "sparing", "front"));
    }

    [Fact]
    public async Task A_stuck_finalizer_is_named_with_the_controller_that_owns_it()
    {
        var cluster = simulated.Cluster("stuck", new DeploySettings { ComponentTimeout = TimeSpan.FromSeconds(2) });
        var patient = simulated.Cluster("stuck");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.ConfigMap("stuck", "held", "x")])));
        var held = new ObjectReference(ResourceTypes.ConfigMap, "stuck", "held");
        await simulated.Client.MergeAsync(held, Given.Json("""{"metadata":{"finalizers":["backup.example.org/snapshot"]}}"""), CancellationToken.None);

        var listener = new SimulatedCluster.Listener();
        var exception = await Assert.ThrowsAsync<DeploymentException>(() => RemoveAsync(cluster, listener: listener));
        await simulated.Client.MergeAsync(held, Given.Json("""{"metadata":{"finalizers":null}}"""), CancellationToken.None);
        await RemoveAsync(patient);

        Assert.Equal("RemovalStuck", exception.ErrorId);
        Assert.Contains(listener.Reports.OfType<ProgressReport>(), report => report.Status.Contains("waits for ConfigMap stuck/held (held by backup.example.org/snapshot", StringComparison.Ordinal));
        Assert.Contains("After 2 s these are still there: ConfigMap stuck/held (held by backup.example.org/snapshot: the controller of backup.example.org)", exception.Message, StringComparison.Ordinal);
        Assert.Null(await simulated.FindAsync("v1", "Namespace", null, "stuck"));
    }

    [Fact]
    public async Task A_door_that_lingers_holds_no_pods_up_and_its_record_stays_until_it_is_gone()
    {
        var hasty = simulated.Cluster("lingering", new DeploySettings { ComponentTimeout = TimeSpan.FromSeconds(3) });
        var door = Given.Json("""{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"door","namespace":"lingering"},"spec":{"defaultBackend":{"service":{"name":"back","port":{"number":80} } } } }""");
        var service = Given.Json("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"back","namespace":"lingering"},"spec":{"ports":[{"port":80}]} }""");
        await SimulatedCluster.DeployAsync(simulated.Cluster("lingering"), Given.Manifests(("back", [], [Given.Workload("lingering", "back"), service]), ("ingress", ["back"], [door])));
        var held = new ObjectReference(ResourceTypes.Ingress, "lingering", "door");
        await simulated.Client.MergeAsync(held, Given.Json("""{"metadata":{"finalizers":["networking.gke.io/ingress-finalizer-V2"]}}"""), CancellationToken.None);

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => RemoveAsync(hasty));
        var (workload, record) = (await simulated.FindAsync("apps/v1", "Deployment", "lingering", "back"), await simulated.FindAsync("v1", "Secret", "lingering", "wholetale-revision-1"));
        await simulated.Client.MergeAsync(held, Given.Json("""{"metadata":{"finalizers":null}}"""), CancellationToken.None);
        await RemoveAsync(simulated.Cluster("lingering"));

        Assert.Contains("Ingress lingering/door (held by networking.gke.io/ingress-finalizer-V2: GKE's ingress controller", exception.Message, StringComparison.Ordinal);
        Assert.Null(workload);
        Assert.NotNull(record);
        Assert.Null(await simulated.FindAsync("v1", "Namespace", null, "lingering"));
    }

    [Fact]
    public async Task What_is_deployed_between_the_look_and_the_removal_goes_too()
    {
        var cluster = simulated.Cluster("between");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.ConfigMap("between", "first", "x")])));
        await using var removal = await Removal.PlanAsync(cluster, keepData: false, isDecided: false, new SimulatedCluster.Listener(), CancellationToken.None);
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.ConfigMap("between", "first", "x"), Given.ConfigMap("between", "second", "x")])));

        await removal.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.Null(await simulated.FindAsync("v1", "Namespace", null, "between"));
    }

    [Fact]
    public async Task Nobody_comes_between_a_decided_removal_and_its_look()
    {
        var cluster = simulated.Cluster("decided");
        var manifests = Given.Manifests(("front", [], [Given.ConfigMap("decided", "first", "x")]));
        await SimulatedCluster.DeployAsync(cluster, manifests);
        var removal = await Removal.PlanAsync(cluster, keepData: false, isDecided: true, new SimulatedCluster.Listener(), CancellationToken.None);

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.ConfigMap("decided", "first", "y")]))));
        await removal.DisposeAsync();
        var deployment = await SimulatedCluster.DeployAsync(cluster, manifests);

        Assert.Equal("DeployInProgress", exception.ErrorId);
        Assert.All(deployment.Objects, item => Assert.Equal(AppliedResult.Unchanged, item.Result));
        Assert.Null(await simulated.FindAsync("coordination.k8s.io/v1", "Lease", "decided", "wholetale-deploy"));
    }

    [Fact]
    public async Task A_decided_removal_of_what_is_not_there_ends_well()
    {
        await using var removal = await Removal.PlanAsync(simulated.Cluster("nowhere"), keepData: false, isDecided: true, new SimulatedCluster.Listener(), CancellationToken.None);
        await removal.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.Null(await simulated.FindAsync("v1", "Namespace", null, "nowhere"));
    }

    [Fact]
    public async Task A_custom_resource_of_somebody_else_keeps_the_namespace()
    {
        await simulated.Client.CreateAsync(
            Given.Json("""
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"backups.example.org"},"spec":{"group":"example.org","scope":"Namespaced",
                "names":{"plural":"backups","singular":"backup","kind":"Backup"},"versions":[{"name":"v1","served":true,"storage":true,
                "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } }]} }
                """),
            CancellationToken.None);
        var cluster = simulated.Cluster("custom");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.ConfigMap("custom", "a", "b")])));
        var definition = new ObjectReference(ResourceTypes.CustomResourceDefinition, null, "backups.example.org");
        while ((await simulated.Client.FindAsync(definition, CancellationToken.None))!.Condition("Established")?.Text("status") != "True")
            await Task.Yield();
        await simulated.Client.CreateAsync(Given.Json("""{"apiVersion":"example.org/v1","kind":"Backup","metadata":{"name":"nightly","namespace":"custom"}}"""), CancellationToken.None);
        var listener = new SimulatedCluster.Listener();

        await RemoveAsync(cluster, listener: listener);

        Assert.Contains("Backup nightly", Assert.Single(listener.Reports.OfType<WarningReport>()).Message, StringComparison.Ordinal);
        Assert.NotNull(await simulated.FindAsync("v1", "Namespace", null, "custom"));
        Assert.Null(await simulated.FindAsync("v1", "ConfigMap", "custom", "a"));
    }

    // Hears which form of which kinds is listed and watched.
    private sealed class Ear(ApiConnection connection) : DelegatingHandler(new SocketsHttpHandler { SslOptions = ApiTransport.Trust(connection) })
    {
        private readonly System.Collections.Concurrent.ConcurrentBag<(string Kind, bool IsMetadata)> _heard = [];

        public HashSet<string> Heard(bool isMetadata) => [.. _heard.Where(heard => heard.IsMetadata == isMetadata).Select(heard => heard.Kind)];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get && request.RequestUri!.Query.Length > 0)
                _heard.Add((request.RequestUri.Segments[^1], request.Headers.Accept.ToString().Contains("as=PartialObjectMetadata", StringComparison.Ordinal)));
            return base.SendAsync(request, cancellationToken);
        }
    }

    private static async Task DeployAsync(WholeTale.Core.Clusters.Cluster cluster, DeployOptions options)
    {
        await using var plan = await PlatformDeployment.PlanAsync(cluster, options, new SimulatedCluster.Listener(), CancellationToken.None);
        await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
    }

    private static async Task RemoveAsync(WholeTale.Core.Clusters.Cluster cluster, bool keepData = false, SimulatedCluster.Listener? listener = null)
    {
        await using var removal = await Removal.PlanAsync(cluster, keepData, isDecided: false, new SimulatedCluster.Listener(), CancellationToken.None);
        await removal.RunAsync(listener ?? new SimulatedCluster.Listener(), CancellationToken.None);
    }
}
