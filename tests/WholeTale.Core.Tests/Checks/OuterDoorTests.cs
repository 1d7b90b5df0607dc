using System.Net.Http.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Access;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Tales;
using WholeTale.Core.Tests.Deployment;
using WholeTale.Core.Tests.Tales;
using SimulatedCluster = WholeTale.Core.Tests.Deployment.SimulatedCluster;

namespace WholeTale.Core.Tests.Checks;

/// <summary>Which sort of outer door is made: as the settings say, or as the cluster shows.</summary>
public sealed class OuterDoorTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    private const string Group = "gateway.networking.k8s.io";

    [Theory]
    [InlineData("", "", "other")]
    [InlineData("traefik", "traefik", "traefik")]
    [InlineData("public", "public", "nginx")]
    [InlineData("vendor", "vendor", "other")]
    [InlineData("unknown", "unknown", "")]
    public async Task The_controller_is_found_by_the_class(string named, string expected, string controller)
    {
        await MakeClassAsync("public", "k8s.io/ingress-nginx");
        await MakeClassAsync("vendor", "nginx.org/ingress-controller");

        await using var watch = new NamespaceWatch(simulated.Client, "any", selector: null);
        await watch.ListAsync([ResourceTypes.IngressClass], CancellationToken.None);
        var found = await IngressChoice.CompleteAsync(new IngressSettings { Class = named }, "Existing", watch.Live, simulated.Client, CancellationToken.None);
        // Where no platform stands, a tale goes through the door that a deploy would choose.
        var tales = await IngressChoice.FindAsync(new IngressSettings { Class = named }, "Existing", simulated.Client, "any", CancellationToken.None);

        Assert.Equal((expected, controller), (found.Class, found.Controller));
        Assert.Equal((expected, controller), (tales.Class, tales.Controller));
    }

    [Fact]
    public async Task A_class_named_otherwise_gets_the_annotations_of_its_controller()
    {
        await MakeClassAsync("public", "k8s.io/ingress-nginx");

        await DeployAsync(With(simulated.Cluster("annotated"), new IngressSettings { Class = "public" }));

        var ingress = (await simulated.FindAsync("networking.k8s.io/v1", "Ingress", "annotated", "ingress"))!;
        Assert.Equal("3600", (string?)ingress["metadata"]!["annotations"]!["nginx.ingress.kubernetes.io/proxy-read-timeout"]);
        Assert.Equal("public", (string?)ingress["spec"]!["ingressClassName"]);
    }

    [Fact]
    public async Task A_tale_goes_through_the_platform_s_own_door_though_its_settings_name_none()
    {
        await MakeClassAsync("public", "k8s.io/ingress-nginx");
        var cluster = simulated.Cluster("doored");
        await DeployAsync(With(cluster, new IngressSettings { Class = "public" }));

        var ingress = await LaunchAsync(cluster, "networking.k8s.io/v1", "Ingress");

        Assert.Equal("public", (string?)ingress["spec"]!["ingressClassName"]);
        Assert.Equal("3600", (string?)ingress["metadata"]!["annotations"]!["nginx.ingress.kubernetes.io/proxy-read-timeout"]);
    }

    [Fact]
    public async Task On_GKE_the_load_balancer_is_told_how_long_requests_last_and_where_Girder_answers()
    {
        var kinds = new CustomKinds(simulated);
        var plain = await DeployAsync(With(simulated.Cluster("bare"), new IngressSettings { Class = "gce" }));
        Assert.DoesNotContain(plain.Objects, item => item.Kind is "BackendConfig" or "FrontendConfig");

        await kinds.InstallAsync("cloud.google.com", "BackendConfig", "backendconfigs");
        await kinds.InstallAsync("networking.gke.io", "FrontendConfig", "frontendconfigs", "v1beta1");
        await DeployAsync(With(simulated.Cluster("google"), new IngressSettings { Class = "gce" }));

        var service = (await simulated.FindAsync("v1", "Service", "google", "girder"))!;
        Assert.Equal("""{"default": "girder"}""", (string?)service["metadata"]!["annotations"]!["cloud.google.com/backend-config"]);
        Assert.Equal(3600, (int?)await FieldAsync("cloud.google.com/v1", "BackendConfig", "girder", "timeoutSec"));
        Assert.Equal("/api/v1/system/version", (string?)(await FieldAsync("cloud.google.com/v1", "BackendConfig", "girder", "healthCheck"))!["requestPath"]);
        Assert.True((bool?)(await FieldAsync("networking.gke.io/v1beta1", "FrontendConfig", "ingress", "redirectToHttps"))!["enabled"]);
        var ingress = (await simulated.FindAsync("networking.k8s.io/v1", "Ingress", "google", "ingress"))!;
        Assert.Equal("ingress", (string?)ingress["metadata"]!["annotations"]!["networking.gke.io/v1beta1.FrontendConfig"]);
        // http:// must be served where it is to be led on.
        Assert.Null(ingress["metadata"]!["annotations"]!["kubernetes.io/ingress.allow-http"]);
        var told = new SimulatedCluster.Listener();
        await LaunchAsync(simulated.Cluster("google"), "networking.k8s.io/v1", "Ingress", told);
        Assert.Contains(told.Reports.OfType<WarningReport>(), warning => warning.Message.StartsWith("The class gce gives each tale a load balancer and an address of its own", StringComparison.Ordinal));

        async Task<JsonNode?> FieldAsync(string apiVersion, string kind, string name, string field) => (await simulated.FindAsync(apiVersion, kind, "google", name))!["spec"]![field];
    }

    [Fact]
    public async Task A_tale_behind_GKE_s_Gateway_has_a_route_and_policies_that_let_a_notebook_s_socket_live()
    {
        var kinds = new CustomKinds(simulated);
        await kinds.InstallAsync(Group, "Gateway", "gateways");
        await kinds.InstallAsync(Group, "HTTPRoute", "httproutes");
        await kinds.InstallAsync("networking.gke.io", "GCPBackendPolicy", "gcpbackendpolicies");
        await kinds.InstallAsync("networking.gke.io", "HealthCheckPolicy", "healthcheckpolicies");
        var cluster = simulated.Cluster("gke-gateway");
        await DeployAsync(With(cluster, new IngressSettings { GatewayClass = "gke-l7-global-external-managed" }));

        // The settings at hand name no Gateway: the platform's own is found, also with no more rights than the worker's.
        var token = await TokenOfWorkerAsync(cluster.Namespace);
        var route = await LaunchAsync(
            cluster with { Connection = simulated.Connection with { Token = _ => ValueTask.FromResult<string?>(token) } }, "gateway.networking.k8s.io/v1", "HTTPRoute");

        var name = (string)route["metadata"]!["name"]!;
        Assert.Equal("gateway", (string?)route["spec"]!["parentRefs"]![0]!["name"]);
        Assert.Equal(name, (string?)route["spec"]!["rules"]![0]!["backendRefs"]![0]!["name"]);
        Assert.Equal("Deployment", (string?)route["metadata"]!["ownerReferences"]![0]!["kind"]);
        Assert.Null(await simulated.FindAsync("networking.k8s.io/v1", "Ingress", "gke-gateway", name));
        Assert.Equal(86400, (int?)(await simulated.FindAsync("networking.gke.io/v1", "GCPBackendPolicy", "gke-gateway", name))!["spec"]!["default"]!["timeoutSec"]);
        Assert.Equal("TCP", (string?)(await simulated.FindAsync("networking.gke.io/v1", "HealthCheckPolicy", "gke-gateway", name))!["spec"]!["default"]!["config"]!["type"]);
    }

    [Fact]
    public async Task With_a_GatewayClass_a_Gateway_and_routes_stand_in_place_of_the_Ingress()
    {
        var kinds = new CustomKinds(simulated);
        await kinds.InstallAsync(Group, "Gateway", "gateways");
        await kinds.InstallAsync(Group, "HTTPRoute", "httproutes");
        var cluster = With(simulated.Cluster("gateway"), new IngressSettings { GatewayClass = "example" });
        await using var plan = await PlatformDeployment.PlanAsync(cluster, new DeployOptions { SkipGirderSetup = true }, new SimulatedCluster.Listener(), CancellationToken.None);
        plan.Outside = new DeployedPlatform.KnownOutside();

        var deploying = plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
        foreach (var route in new[] { "girder", "dashboard", "registry" })
            await kinds.SetStatusAsync(Group, "httproutes", "gateway", route, """{"parents":[{"parentRef":{"name":"gateway"},"controllerName":"example.org/c","conditions":[{"type":"Accepted","status":"True"},{"type":"ResolvedRefs","status":"True"}]}]}""");
        Assert.False(deploying.IsCompleted);
        await kinds.SetStatusAsync(
            Group, "gateways", "gateway", "gateway",
            """{"addresses":[{"type":"IPAddress","value":"203.0.113.20"}],"conditions":[{"type":"Accepted","status":"True"},{"type":"Programmed","status":"True"}]}""");
        var deployment = await deploying;

        Assert.Null(await simulated.FindAsync("networking.k8s.io/v1", "Ingress", "gateway", "ingress"));
        Assert.Contains(deployment.Warnings, warning => warning.Contains("girder.local.wholetale.org. A 203.0.113.20", StringComparison.Ordinal));
        Assert.Contains(new Uri("https://girder.local.wholetale.org/"), deployment.Urls);
    }

    // With little memory for the worker: the platforms of all tests stand side by side on three nodes.
    private static Cluster With(Cluster cluster, IngressSettings ingress) => cluster with
    {
        Settings = cluster.Settings! with
        {
            Settings = cluster.Settings.Settings with { Ingress = ingress, Worker = new WorkerSettings { Memory = "256Mi", BuilderMemory = "256Mi" } },
        },
    };

    private static async Task<WholeTale.Core.Deployment.Deployment> DeployAsync(Cluster cluster)
    {
        await using var plan = await PlatformDeployment.PlanAsync(cluster, new DeployOptions { NoWait = true }, new SimulatedCluster.Listener(), CancellationToken.None);
        return await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
    }

    // Starts a tale, and gives what it is reached by.
    private async Task<JsonObject> LaunchAsync(Cluster cluster, string apiVersion, string kind, IProgress<Report>? progress = null)
    {
        await using var tales = new TalePods(cluster, progress ?? ReportSink.None);
        var tale = await tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None);
        return (await simulated.FindAsync(apiVersion, kind, cluster.Namespace, tale.Name))!;
    }

    private async Task<string> TokenOfWorkerAsync(string @namespace)
    {
        using var reply = await simulated.Http.PostAsJsonAsync(
            $"/api/v1/namespaces/{@namespace}/serviceaccounts/worker/token", Given.Json("""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600}}"""));
        reply.EnsureSuccessStatusCode();
        return (string)JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["status"]!["token"]!;
    }

    private Task<ApplyOutcome> MakeClassAsync(string name, string controller) => simulated.Client.ApplyAsync(
        (JsonObject)JsonNode.Parse($$"""{"apiVersion":"networking.k8s.io/v1","kind":"IngressClass","metadata":{"name":"{{name}}"},"spec":{"controller":"{{controller}}" } }""")!,
        new ApplyOptions(), CancellationToken.None);
}
