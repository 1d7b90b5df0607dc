using System.Management.Automation;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Changes a cluster: how many nodes it has, and whether it is protected against deletion.</summary>
/// <remarks>Waits until it is changed, and returns the cluster as it is then. Clusters of the provider Gke can be changed; those of others are what their own tools make them.</remarks>
/// <example>
///   <code>Get-WTCluster wholetale -Provider Gke | Set-WTCluster -NodeCount 6</code>
///   <para>Gives the cluster's default node pool six nodes in each of its zones.</para>
/// </example>
/// <example>
///   <code>Get-WTCluster wholetale -Provider Gke | Set-WTCluster -DeletionProtection $true</code>
///   <para>From then on 'Remove-WTCluster' refuses to delete the cluster.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "WTCluster", SupportsShouldProcess = true)]
[OutputType(typeof(Cluster))]
public sealed class SetWTClusterCommand : ClusterCommand
{
    /// <summary>How many nodes the pool is to have, in each of the cluster's zones.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    public int? NodeCount { get; set; }

    /// <summary>The node pool that -NodeCount speaks of. By default the cluster's default pool.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NodePool { get; set; }

    /// <summary>Whether 'Remove-WTCluster' refuses to delete the cluster.</summary>
    [Parameter]
    public bool? DeletionProtection { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await FindAsync(pipeline, cancellationToken);
        if (Providers.All.Get(cluster.Provider) is not IManagedClusterProvider provider)
        {
            throw new ClusterException(
                "ClusterNotChangeable", FailureKind.Refused, cluster.Name, $"The cluster {cluster.Name} cannot be changed: the provider {cluster.Provider} has no way to.", "Use its own tools, or create it anew with other settings.");
        }

        var adjustment = new ClusterAdjustment { NodeCount = NodeCount, NodePool = NodePool, DeletionProtection = DeletionProtection };
        if (pipeline.ShouldProcess(cluster.Name, Describe()))
            pipeline.WriteObject(await provider.AdjustAsync(cluster, adjustment, pipeline.Report, cancellationToken));
    }

    private string Describe()
    {
        List<string> changes = [];
        if (NodeCount is { } count)
            changes.Add($"give the node pool {NodePool ?? "of the cluster"} {count} nodes a zone");
        if (DeletionProtection is { } isProtected)
            changes.Add($"{(isProtected ? "put on" : "take off")} the protection against deletion");
        return changes.Count == 0 ? "Change nothing" : $"Change the cluster: {string.Join(", ", changes)}";
    }
}
