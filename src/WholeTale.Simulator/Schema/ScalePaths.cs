namespace WholeTale.Simulator.Schema;

/// <summary>Where an object holds what its scale subresource shows.</summary>
/// <param name="Wanted">The number of replicas that is asked for.</param>
/// <param name="Present">The number that there is.</param>
/// <param name="Selector">The selector as text; null where it is the spec's own selector.</param>
internal sealed record ScalePaths(IReadOnlyList<string> Wanted, IReadOnlyList<string> Present, IReadOnlyList<string>? Selector)
{
    public static ScalePaths Workload { get; } = new(["spec", "replicas"], ["status", "replicas"], null);
}
