using System.Management.Automation;
using WholeTale.Core.Clusters;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Clusters;

/// <summary>The parameter that says on which cluster a command works.</summary>
public abstract class ClusterCommand : AsyncCommand
{
    /// <summary>The cluster, as an object or by its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ClusterName]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public Cluster Cluster { get; set; } = null!;

    /// <summary>The cluster, looked up where it was given by name.</summary>
    /// <exception cref="ClusterException">There is none of that name.</exception>
    private protected async Task<Cluster> FindAsync(Pipeline pipeline, CancellationToken cancellationToken) =>
        Cluster.Connection is not null
            ? Cluster
            : await Providers.FindAsync(Cluster, Cluster.Settings ?? SettingsSource.Find(pipeline.CurrentFolder).Resolve(), cancellationToken);

    /// <summary>The cluster, looked up where it was given by name, and fit to be worked with.</summary>
    /// <exception cref="ClusterException">There is none of that name, or it cannot be reached.</exception>
    private protected async Task<Cluster> ConnectAsync(Pipeline pipeline, CancellationToken cancellationToken) =>
        Providers.RequireConnection(await FindAsync(pipeline, cancellationToken));
}
