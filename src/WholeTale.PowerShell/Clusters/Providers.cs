using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Gke;

namespace WholeTale.PowerShell.Clusters;

/// <summary>All cluster providers of the module: Core's own and those of the rooms above it.</summary>
internal static class Providers
{
    internal static ClusterProviders All { get; } = new([.. ClusterProviders.BuiltIn, new GkeProvider()]);

    /// <summary>Looks up a cluster that is known by its name, or whose provider told no more than that in a listing.</summary>
    /// <exception cref="ClusterException">There is none of that name.</exception>
    internal static Task<Cluster> FindAsync(Cluster cluster, ResolvedSettings settings, CancellationToken cancellationToken) =>
        All.FindAsync(cluster.Name, cluster.Provider.Length == 0 ? null : cluster.Provider, settings, cancellationToken);

    /// <summary>Sees to it that a cluster can be worked with.</summary>
    /// <exception cref="ClusterException">It cannot be reached.</exception>
    internal static Cluster RequireConnection(Cluster cluster) => cluster.Connection is not null ? cluster : throw new ClusterException(
        "ClusterNotReachable", FailureKind.Unreachable, cluster.Name, $"The cluster {cluster.Name} cannot be worked with: it is {cluster.Status}.",
        "Wait until it runs ('Get-WTCluster'), or start it with its provider's own tools.");
}
