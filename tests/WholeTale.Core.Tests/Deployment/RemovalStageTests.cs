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

    private static IReadOnlyList<RemovalStage> Order(params string[] names) =>
        RemovalStage.Order(names.Select(name => new PlannedObject(new ObjectReference(ResourceTypes.ConfigMap, "ns", name), name, [], "")), Components);
}
