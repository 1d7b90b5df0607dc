using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>What must be gone before what.</summary>
public sealed class RemovalStageTests
{
    private static readonly IReadOnlyList<PlannedComponent> Components =
        [new("base", [], []), new("mongo", ["base"], []), new("redis", ["base"], []), new("girder", ["mongo", "redis"], []), new("dashboard", ["base"], []), new("ingress", ["girder", "dashboard"], [])];

    [Theory]
    [InlineData("ingress", "tale")]
    [InlineData("girder", "tale ingress")]
    [InlineData("dashboard", "tale ingress")]
    [InlineData("redis", "tale ingress girder")]
    [InlineData("base", "tale ingress dashboard girder redis")]
    [InlineData("former", "tale ingress dashboard girder redis base")]
    [InlineData("revision", "tale ingress dashboard girder redis base former")]
    public void A_component_waits_for_all_that_depend_on_it(string component, string expected)
    {
        var stages = Order("revision", "former", "base", "redis", "girder", "dashboard", "ingress", "tale");

        Assert.Equal(expected.Split(' ').Order(), stages.Single(stage => stage.Name == component).After.Order());
    }

    [Fact]
    public void What_is_gone_already_breaks_no_tie() => Assert.Equal(["ingress"], Order("mongo", "ingress").Single(stage => stage.Name == "mongo").After);

    [Fact]
    public void Each_stage_comes_after_those_it_waits_for()
    {
        var stages = Order("revision", "base", "redis", "mongo", "girder", "dashboard", "ingress", "tale");

        Assert.All(stages, stage => Assert.Subset(stages.TakeWhile(other => other != stage).Select(other => other.Name).ToHashSet(), stage.After.ToHashSet()));
    }

    [Fact]
    public void What_runs_no_pods_holds_nothing_up_but_the_record()
    {
        var stages = RemovalStage.Order([Planned(ResourceTypes.Ingress, "ingress"), Planned(ResourceTypes.Deployment, "girder"), Planned(ResourceTypes.ConfigMap, "base"), Planned(ResourceTypes.Secret, "revision")], Components);

        Assert.Equal([("ingress", ""), ("girder", ""), ("base", "girder"), ("revision", "ingress girder base")], stages.Select(stage => (stage.Name, string.Join(' ', stage.After))));
    }

    [Fact]
    public void What_runs_goes_first_of_its_stage() => Assert.Equal(
        [ResourceTypes.StatefulSet, ResourceTypes.Service, ResourceTypes.PersistentVolumeClaim],
        Assert.Single(RemovalStage.Order([Planned(ResourceTypes.Service, "mongo"), Planned(ResourceTypes.PersistentVolumeClaim, "mongo"), Planned(ResourceTypes.StatefulSet, "mongo")], Components))
            .Objects.Select(planned => planned.Reference.Type));

    [Fact]
    public void What_a_foreign_controller_makes_of_its_kind_is_waited_for() =>
        Assert.Equal(["girder"], RemovalStage.Order([Planned(new ResourceType("x.test", "v1", "Cache", "caches", true), "girder"), Planned(ResourceTypes.StatefulSet, "mongo")], Components)[1].After);

    [Theory]
    [InlineData("apps/v1", "Deployment", true)]
    [InlineData("batch/v1", "CronJob", true)]
    [InlineData("v1", "Service", false)]
    [InlineData("networking.k8s.io/v1", "Ingress", false)]
    [InlineData("gateway.networking.k8s.io/v1", "Gateway", true)]
    [InlineData("cert-manager.io/v1", "Certificate", false)]
    public void What_may_run_pods_is_known_by_its_kind(string apiVersion, string kind, bool expected)
    {
        var (group, version) = apiVersion.Split('/') is [var first, var second] ? (first, second) : ("", apiVersion);

        Assert.Equal(expected, Planned(new ResourceType(group, version, kind, $"{kind.ToLowerInvariant()}s", true), "any").Runs);
    }

    private static IReadOnlyList<RemovalStage> Order(params string[] names) => RemovalStage.Order(names.Select(name => Planned(ResourceTypes.Deployment, name)), Components);

    private static PlannedObject Planned(ResourceType type, string component) => new(new ObjectReference(type, "ns", component), component, [], "");
}
