namespace WholeTale.Core.Clusters;

/// <summary>A provider whose clusters are made and changed by long operations of its own, which outlive the command that began them.</summary>
public interface IManagedClusterProvider : IClusterProvider
{
    /// <summary>Waits until nothing is under way on a cluster any more, and gives it as it is then; null where it is gone.</summary>
    /// <exception cref="ClusterException">What was under way failed.</exception>
    Task<Cluster?> WaitAsync(Cluster cluster, IProgress<Report> progress, CancellationToken cancellationToken);

    /// <summary>Changes a cluster, waits until it is changed, and gives it as it is then.</summary>
    /// <exception cref="ClusterException">It cannot be changed so.</exception>
    Task<Cluster> AdjustAsync(Cluster cluster, ClusterAdjustment adjustment, IProgress<Report> progress, CancellationToken cancellationToken);
}

/// <summary>What is to be changed of a cluster; what is null stays.</summary>
public sealed record ClusterAdjustment
{
    /// <summary>How many nodes, in each zone.</summary>
    public int? NodeCount { get; init; }

    /// <summary>The node pool that <see cref="NodeCount"/> speaks of; null for the cluster's default one.</summary>
    public string? NodePool { get; init; }

    /// <summary>Whether the cluster is protected against deletion.</summary>
    public bool? DeletionProtection { get; init; }
}
