using System.Text.Json.Nodes;
using WholeTale.Core.Access;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Tests.Deployment;
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
        var found = IngressChoice.Complete(new IngressSettings { Class = named }, "Existing", watch.Live);

        Assert.Equal((expected, controller), (found.Class, found.Controller));
    }

    [Fact]
    public async Task A_class_named_otherwise_gets_the_annotations_of_its_controller()
    {
        await MakeClassAsync("public", "k8s.io/ingress-nginx");
        var cluster = simulated.Cluster("annotated");
        cluster = cluster with { Settings = cluster.Settings! with { Settings = cluster.Settings.Settings with { Ingress = new IngressSettings { Class = "public" } } } };

        await using var plan = await PlatformDeployment.PlanAsync(cluster, new DeployOptions { NoWait = true }, new SimulatedCluster.Listener(), CancellationToken.None);
        await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        var ingress = (await simulated.FindAsync("networking.k8s.io/v1", "Ingress", "annotated", "ingress"))!;
        Assert.Equal("3600", (string?)ingress["metadata"]!["annotations"]!["nginx.ingress.kubernetes.io/proxy-read-timeout"]);
        Assert.Equal("public", (string?)ingress["spec"]!["ingressClassName"]);
    }

    [Fact]
    public async Task With_a_GatewayClass_a_Gateway_and_routes_stand_in_place_of_the_Ingress()
    {
        var kinds = new CustomKinds(simulated);
        await kinds.InstallAsync(Group, "Gateway", "gateways");
        await kinds.InstallAsync(Group, "HTTPRoute", "httproutes");
        var cluster = simulated.Cluster("gateway");
        cluster = cluster with { Settings = cluster.Settings! with { Settings = cluster.Settings.Settings with { Ingress = new IngressSettings { GatewayClass = "example" } } } };
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

    private Task<ApplyOutcome> MakeClassAsync(string name, string controller) => simulated.Client.ApplyAsync(
        (JsonObject)JsonNode.Parse($$"""{"apiVersion":"networking.k8s.io/v1","kind":"IngressClass","metadata":{"name":"{{name}}"},"spec":{"controller":"{{controller}}" } }""")!,
        new ApplyOptions(), CancellationToken.None);
}
