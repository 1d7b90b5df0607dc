using System.Management.Automation;
using WholeTale.Core.Clusters;
using WholeTale.Core.Tales;
using WholeTale.PowerShell.Pipelines;
using WholeTale.PowerShell.Tales;

namespace WholeTale.PowerShell.Commands;

/// <summary>Removes tales and, unless told to keep them, their workspaces.</summary>
/// <remarks>Waits until they are gone.</remarks>
/// <example>
///   <code>Get-WTTalePod wholetale -User ada | Remove-WTTalePod</code>
///   <para>Removes the tales of a user, after asking.</para>
/// </example>
/// <example>
///   <code>Remove-WTTalePod wholetale * -KeepVolume -Confirm:$false</code>
///   <para>Removes all tales of a cluster and keeps their workspaces.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "WTTalePod", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "InstanceId")]
public sealed class RemoveWTTalePodCommand : TaleCommand
{
    /// <summary>Keeps the workspace's claim; New-WTTalePod -Workspace takes it up again.</summary>
    [Parameter]
    public SwitchParameter KeepVolume { get; set; }

    private protected override async Task ProcessTaleAsync(TalePod tale, Cluster cluster, TalePods tales, Pipeline pipeline, CancellationToken cancellationToken)
    {
        if (pipeline.ShouldProcess(tale.ToString(), KeepVolume ? "Remove the tale and keep its workspace" : "Remove the tale and its workspace"))
            await Work.StartAsync(() => tales.RemoveAsync(tale, KeepVolume, cancellationToken), pipeline, cancellationToken);
    }
}
