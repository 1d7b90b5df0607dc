using System.Management.Automation;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Deletes a cluster and all that runs on it.</summary>
/// <remarks>Waits until it is gone. Clusters of the provider Existing were not made by this module and are not deleted.</remarks>
/// <example>
///   <code>Get-WTCluster wholetale-dev | Remove-WTCluster -Confirm:$false</code>
///   <para>Deletes the cluster without asking.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "WTCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveWTClusterCommand : ClusterCommand
{
    /// <summary>Deletes it even where its provider advises against it.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await FindAsync(pipeline, cancellationToken);
        if (!pipeline.ShouldProcess(cluster.Name, $"Delete the {cluster.Provider} cluster and all that runs on it"))
            return;
        await Providers.All.Get(cluster.Provider).DeleteAsync(cluster, Force, pipeline.Report, cancellationToken);
    }
}
