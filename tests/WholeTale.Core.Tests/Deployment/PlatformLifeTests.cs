using WholeTale.Core.Deployment;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>The platform itself, from the settings and templates as shipped.</summary>
public sealed class PlatformLifeTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    [Fact]
    public async Task The_platform_is_deployed_seen_deployed_again_for_nothing_and_removed()
    {
        simulated.RequireSimulator();
        var cluster = simulated.Cluster("wholetale");
        var listener = new SimulatedCluster.Listener();
        WholeTale.Core.Deployment.Deployment first, second;
        await using (var plan = await PlatformDeployment.PlanAsync(cluster, new DeployOptions(), new SimulatedCluster.Listener(), CancellationToken.None))
            first = await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
        await using (var plan = await PlatformDeployment.PlanAsync(cluster, new DeployOptions { SkipGirderSetup = true }, listener, CancellationToken.None))
            second = await plan.RunAsync(listener, CancellationToken.None);
        var seen = await PlatformDeployment.GetAsync(cluster, CancellationToken.None);
        await using (var removal = await Removal.PlanAsync(cluster, keepData: false, isDecided: false, new SimulatedCluster.Listener(), CancellationToken.None))
            await removal.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.All(first.Objects, item => Assert.Equal(AppliedResult.Created, item.Result));
        Assert.NotNull(first.Girder);
        Assert.All(second.Objects, item => Assert.Equal(AppliedResult.Unchanged, item.Result));
        var requests = listener.Reports.OfType<RequestReport>().ToList();
        Assert.All(requests, request => Assert.Equal("GET", request.Method));
        Assert.InRange(requests.Count, 1, second.Objects.Count / 2);
        Assert.All(seen.Components, component => Assert.Equal(ComponentStatus.Ready, component.Status));
        Assert.Contains(new Uri("https://girder.local.wholetale.org/"), seen.Urls);
        Assert.Null(await simulated.FindAsync("v1", "Namespace", null, "wholetale"));
    }

    [Fact]
    public async Task An_image_that_cannot_be_pulled_ends_the_wait_with_its_name()
    {
        simulated.RequireSimulator();
        var cluster = simulated.Cluster("badimage");
        cluster = cluster with { Settings = cluster.Settings! with { Settings = cluster.Settings.Settings with { Images = new() { Redis = "registry.invalid/redis:7" } } } };
        await using var plan = await PlatformDeployment.PlanAsync(cluster, new DeployOptions(), new SimulatedCluster.Listener(), CancellationToken.None);

        var exception = await Assert.ThrowsAsync<NotReadyException>(() => plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.Equal(("redis", "ImageRegistryUnreachable"), (exception.Diagnosis.Component, exception.Diagnosis.Reason));
        Assert.Contains("registry.invalid/redis:7", exception.Message, StringComparison.Ordinal);
        Assert.Contains(exception.Deployment!.Components, component => component is { Name: "mongo", Status: ComponentStatus.Ready });
        Assert.Contains(exception.Deployment.Components, component => component is { Name: "girder", Status: ComponentStatus.Pending });
    }
}
