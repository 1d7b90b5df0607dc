using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;
using WholeTale.Core.Tests.Tales;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>What an account sees of a platform that may not read Secrets, in which deploys are recorded.</summary>
public sealed class ViewerTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    [Fact]
    public async Task A_viewer_sees_what_is_there_in_the_platforms_order_and_is_told_what_is_not_known()
    {
        await SimulatedCluster.DeployAsync(simulated.Cluster("seen"), Two("seen"));
        var viewer = await LogInAsync("seen", "view");

        var deployment = await PlatformDeployment.GetAsync(viewer, CancellationToken.None);

        Assert.Equal((ComponentStatus.Ready, 0), (deployment.Status, deployment.Revision));
        Assert.Equal([("redis", "1/1"), ("girder", "")], deployment.Components.Select(component => (component.Name, component.Ready)));
        Assert.Equal(["Deployment redis", "ConfigMap settings"], deployment.Objects.Select(item => $"{item.Kind} {item.Name}"));
        Assert.Contains("may not read the Secrets of the namespace seen", Assert.Single(deployment.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_sees_why_a_component_does_not_start()
    {
        var homeless = Two("homeless");
        homeless.Components[0].Objects[0].Object["spec"]!["template"]!["spec"]!["nodeSelector"] = new JsonObject { ["room"] = "none" };
        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(simulated.Cluster("homeless"), homeless));

        var deployment = await PlatformDeployment.GetAsync(await LogInAsync("homeless", "view"), CancellationToken.None);

        var redis = Assert.Single(deployment.Components, component => component.Name == "redis");
        Assert.Equal(ComponentStatus.Failed, redis.Status);
        Assert.Contains("fits on no node", redis.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_read_nothing_is_refused()
    {
        await SimulatedCluster.DeployAsync(simulated.Cluster("closed"), Two("closed"));

        var exception = await Assert.ThrowsAsync<ApiException>(async () => await PlatformDeployment.GetAsync(await LogInAsync("closed", null), CancellationToken.None));

        Assert.Equal(FailureKind.Forbidden, exception.Kind);
    }

    // An account of its own, with a ClusterRole in this namespace.
    private async Task<Cluster> LogInAsync(string @namespace, string? role)
    {
        await simulated.Client.CreateAsync(Given.Json($$"""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"guest","namespace":"{{@namespace}}"} }"""), CancellationToken.None);
        if (role is not null)
        {
            await simulated.Client.CreateAsync(
                Given.Json($$"""
                    {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"guest","namespace":"{{@namespace}}"},
                    "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{{role}}"},"subjects":[{"kind":"ServiceAccount","name":"guest","namespace":"{{@namespace}}"}]}
                    """),
                CancellationToken.None);
        }

        return simulated.Cluster(@namespace) with { Connection = await new RoleTrial(simulated.Connection, new ObjectReference(ResourceTypes.Role, @namespace, "guest")).LogInAsync() };
    }

    private static ManifestSet Two(string @namespace) => Given.Manifests(("redis", [], [Given.Workload(@namespace, "redis")]), ("girder", [], [Given.ConfigMap(@namespace, "settings", "x")]));
}
