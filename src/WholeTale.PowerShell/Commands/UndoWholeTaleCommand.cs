using System.Management.Automation;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Returns the platform on a cluster to an earlier revision, and waits until it is ready.</summary>
/// <example>
///   <code>Undo-WholeTale wholetale</code>
///   <para>Returns to the last good revision before the current one.</para>
/// </example>
/// <example>
///   <code>Undo-WholeTale wholetale -Revision 3 -WhatIf</code>
///   <para>Says what a return to revision 3 would change.</para>
/// </example>
[Cmdlet(VerbsCommon.Undo, "WholeTale", SupportsShouldProcess = true)]
[OutputType(typeof(Deployment))]
public sealed class UndoWholeTaleCommand : ClusterCommand
{
    /// <summary>The revision's number, as Get-WTRevision lists it. By default the last good one before the current.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, int.MaxValue)]
    public int? Revision { get; set; }

    /// <summary>Takes fields over that another field manager holds.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(pipeline, cancellationToken);
        await using var rollback = await Rollback.PlanAsync(cluster, Revision, new DeployOptions { Force = Force }, pipeline.Report, cancellationToken);
        if (pipeline.ShouldProcess(cluster.Name, rollback.Summary))
            pipeline.WriteObject(Credentials.AddTo(await rollback.RunAsync(pipeline.Report, cancellationToken)));
    }
}
