using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Scheduling;

/// <summary>A node that is more than a number: one of a pool.</summary>
/// <param name="Name">Its name.</param>
internal sealed record NodeSpec(string Name)
{
    /// <summary>Labels beside those that every node has.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Taints: key, value, effect.</summary>
    public IReadOnlyList<(string Key, string Value, string Effect)> Taints { get; init; } = [];

    /// <summary>What it offers; null for what all nodes of the cluster offer.</summary>
    public NodeCapacity? Capacity { get; init; }

    /// <summary>Its kubelet's version; null for the cluster's.</summary>
    public string? Version { get; init; }

    /// <summary>Its machine at the provider; null for a simulated one.</summary>
    public string? ProviderId { get; init; }
}
