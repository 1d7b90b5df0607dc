using System.Management.Automation;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Deletes a Whole Tale deployment and, unless told to keep it, its data.</summary>
/// <remarks>Only what this product made is deleted, in the reverse order of dependency, and the command waits until it is gone. Other objects of the namespace stay.</remarks>
/// <example>
///   <code>Get-WTCluster wholetale-dev | Remove-WholeTale -KeepData</code>
///   <para>Removes the platform; a later deploy finds its data and passwords again.</para>
/// </example>
/// <example>
///   <code>Remove-WholeTale wholetale-dev -Confirm:$false -PassThru | Remove-WTCluster -Confirm:$false</code>
///   <para>Removes the platform and then the cluster, without asking.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "WholeTale", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Cluster))]
public sealed class RemoveWholeTaleCommand : ClusterCommand
{
    /// <summary>Keeps claims and generated secrets, so that a later deploy finds its data again; the workspaces of tales, too (<c>New-WTTalePod -Workspace</c> takes one up again).</summary>
    [Parameter]
    public SwitchParameter KeepData { get; set; }

    /// <summary>Gives the cluster back, for the next command of the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(pipeline, cancellationToken);
        await using var removal = await Removal.PlanAsync(cluster, KeepData, pipeline.IsDecided, pipeline.Report, cancellationToken);
        if (!pipeline.ShouldProcess(cluster.Name, removal.Summary))
            return;
        await removal.RunAsync(pipeline.Report, cancellationToken);
        if (PassThru)
            pipeline.WriteObject(cluster);
    }
}
