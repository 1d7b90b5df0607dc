using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>What goes together: one component, the tales, or the records.</summary>
/// <param name="Name">The component.</param>
/// <param name="Objects">What is deleted.</param>
/// <param name="After">The stages that must have stopped before: of which nothing runs any more.</param>
internal sealed record RemovalStage(string Name, IReadOnlyList<PlannedObject> Objects, IReadOnlyList<string> After)
{
    /// <summary>What runs pods, or may.</summary>
    internal IReadOnlyList<PlannedObject> Running { get; } = [.. Objects.Where(planned => planned.Runs)];

    /// <summary>Whether it is the records of what was made: they go when nothing is left that they tell of.</summary>
    internal bool IsRecord => Name == Labels.RevisionComponent;

    /// <summary>Orders a removal against the making: a component goes when all that run and depend on it are gone, and those without such a tie go side by side. Each stage comes after those it waits for.</summary>
    /// <remarks>
    /// Tales go before everything, what belongs to no component of the last revision after those that do, and what keeps the record of all goes last. What runs no pods needs nothing while it goes: a load
    /// balancer that is taken down for minutes holds nothing up.
    /// </remarks>
    /// <param name="objects">What is to be deleted.</param>
    /// <param name="components">The components of the last revision, each after those it depends on; none where there is no record.</param>
    internal static IReadOnlyList<RemovalStage> Order(IEnumerable<PlannedObject> objects, IReadOnlyList<PlannedComponent> components)
    {
        var made = components.Select((component, index) => (component.Name, index)).ToDictionary(pair => pair.Name, pair => pair.index, StringComparer.Ordinal);
        // What runs goes first of its stage: its end is what others wait for.
        var groups = objects.GroupBy(planned => planned.Component).Select(group => (Name: group.Key, Objects: (IReadOnlyList<PlannedObject>)[.. group.OrderByDescending(planned => planned.Runs)]))
            .OrderBy(group => Rank(group.Name)).ThenByDescending(group => made.GetValueOrDefault(group.Name)).ToList();
        return
        [
            .. groups.Select(group => new RemovalStage(
                group.Name, group.Objects, [.. groups.Where(other => Rank(other.Name) < Rank(group.Name) || (other.Objects.Any(planned => planned.Runs) && Needs(other.Name, group.Name))).Select(other => other.Name)])),
        ];

        int Rank(string name) => name == Labels.Tale ? 0 : name == Labels.RevisionComponent ? 3 : made.ContainsKey(name) ? 1 : 2;

        bool Needs(string name, string needed) =>
            made.TryGetValue(name, out var index) && components[index].DependsOn.Any(other => other == needed || Needs(other, needed));
    }
}
