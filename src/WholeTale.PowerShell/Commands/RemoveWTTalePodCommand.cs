using System.Management.Automation;
using WholeTale.Core.Clusters;
using WholeTale.Core.Tales;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Pipelines;
using WholeTale.PowerShell.Tales;

namespace WholeTale.PowerShell.Commands;

/// <summary>Removes tales and, unless told to keep them, their workspaces.</summary>
/// <remarks>
/// Waits until they are gone. When a tale was last used is Girder's account: the instance's last activity, which the dashboard renews while the tale is open there. An instance that Girder
/// does not know counts as unused since it started. Where Girder is deployed and does not answer, nothing is removed as idle.
/// </remarks>
/// <example>
///   <code>Get-WTTalePod wholetale -User ada | Remove-WTTalePod</code>
///   <para>Removes the tales of a user, after asking.</para>
/// </example>
/// <example>
///   <code>Remove-WTTalePod wholetale * -KeepVolume -Confirm:$false</code>
///   <para>Removes all tales of a cluster and keeps their workspaces.</para>
/// </example>
/// <example>
///   <code>Remove-WTTalePod wholetale -Idle -Confirm:$false</code>
///   <para>Culls: removes the tales that nobody has used for longer than their idle timeout.</para>
/// </example>
/// <example>
///   <code>Remove-WTTalePod wholetale -OlderThan 7.00:00:00 -KeepVolume -WhatIf</code>
///   <para>Says which tales were started more than a week ago and would be removed.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "WTTalePod", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "InstanceId")]
public sealed class RemoveWTTalePodCommand : TaleCommand
{
    /// <summary>Keeps the workspace's claim; New-WTTalePod -Workspace takes it up again.</summary>
    [Parameter]
    public SwitchParameter KeepVolume { get; set; }

    /// <summary>Only tales that were started longer ago than this, as a time span or in seconds. Without -InstanceId, of all tales.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? OlderThan { get; set; }

    /// <summary>Only tales that went unused for longer than their idle timeout (setting Tales.IdleTimeout, or New-WTTalePod -IdleTimeout); zero is never. Without -InstanceId, of all tales.</summary>
    [Parameter]
    public SwitchParameter Idle { get; set; }

    private protected override bool SelectsByItself => Idle || OlderThan is not null;

    private protected override async Task<IReadOnlyList<TalePod>> SelectAsync(IReadOnlyList<TalePod> found, TalePods tales, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        var selected = found.Where(tale => OlderThan is not { } age || tale.IsOlderThan(age, now)).ToList();
        return Idle && selected.Count > 0 ? [.. (await tales.ReadLastUseAsync(selected, cancellationToken)).Where(tale => tale.IsIdle(now))] : selected;
    }

    private protected override async Task ProcessTaleAsync(TalePod tale, Cluster cluster, TalePods tales, Pipeline pipeline, CancellationToken cancellationToken)
    {
        if (pipeline.ShouldProcess(tale.ToString(), KeepVolume ? "Remove the tale and keep its workspace" : "Remove the tale and its workspace"))
            await Work.StartAsync(() => tales.RemoveAsync(tale, KeepVolume, cancellationToken), pipeline, cancellationToken);
    }
}
