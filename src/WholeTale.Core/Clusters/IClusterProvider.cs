using WholeTale.Core.Configuration;

namespace WholeTale.Core.Clusters;

/// <summary>Makes, finds and deletes clusters of one sort.</summary>
public interface IClusterProvider
{
    /// <summary>The provider's name as users type it, e.g. <c>Gke</c>.</summary>
    string Name { get; }

    /// <summary>Creates the cluster, or returns the running one of that name as it is.</summary>
    /// <exception cref="ClusterException">It cannot be made; nothing half-made is left.</exception>
    Task<Cluster> CreateAsync(ClusterRequest request, IProgress<Report> progress, CancellationToken cancellationToken);

    /// <summary>Finds one cluster, ready to be worked with; null where there is none of that name.</summary>
    Task<Cluster?> FindAsync(string name, ResolvedSettings settings, CancellationToken cancellationToken);

    /// <summary>Lists the clusters of this provider. Cheap: what needs a request per cluster may be left out.</summary>
    IAsyncEnumerable<Cluster> ListAsync(ResolvedSettings settings, CancellationToken cancellationToken);

    /// <summary>Deletes a cluster and waits until it is gone. Deleting one that is gone does nothing.</summary>
    Task DeleteAsync(Cluster cluster, bool force, IProgress<Report> progress, CancellationToken cancellationToken);
}

/// <summary>What a caller wants a cluster to be; the rest stands in the settings.</summary>
public sealed record ClusterRequest
{
    /// <summary>The cluster's name; by default the setting <c>ClusterName</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The resolved settings.</summary>
    public required ResolvedSettings Settings { get; init; }

    /// <summary>Repairs or replaces a cluster that is in error.</summary>
    public bool Force { get; init; }

    /// <summary>Returns as soon as the provider has begun.</summary>
    public bool NoWait { get; init; }
}
