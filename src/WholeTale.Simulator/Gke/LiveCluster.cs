using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Gke;

/// <summary>A cluster of the simulated GKE: what Google says of it, and the Kubernetes API behind it once it runs.</summary>
internal sealed class LiveCluster(ResourceName name, Cluster description)
{
    private int _lastNode;

    public ResourceName Name => name;

    /// <summary>What Google says of it. Changed and read under the project's lock.</summary>
    public Cluster Description => description;

    /// <summary>Its Kubernetes API; null until it runs.</summary>
    public SimulatedCluster? Kubernetes { get; set; }

    /// <summary>The nodes of each pool, in the order of their making.</summary>
    public Dictionary<string, List<string>> Nodes { get; } = new(StringComparer.Ordinal);

    /// <summary>A node number that no other node of the cluster has had.</summary>
    public int NextNode() => ++_lastNode;
}
