using System.Management.Automation;
using WholeTale.Core;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Returns the platform on a cluster to an earlier revision, and waits until it is ready.</summary>
/// <example>
///   <code>Undo-WholeTale wholetale</code>
///   <para>Returns to the last good revision before the current one.</para>
/// </example>
/// <example>
///   <code>Get-WTRevision wholetale | Where-Object Number -EQ 1 | Undo-WholeTale -WhatIf</code>
///   <para>Says what a return to a revision would change that was looked for in the history; it knows its cluster.</para>
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
    [Alias("Number")]
    [ArgumentCompleter(typeof(RevisionCompleter))]
    [ValidateRange(1, int.MaxValue)]
    public int? Revision { get; set; }

    /// <summary>Takes fields over that another field manager holds.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Deletes and makes anew what the server does not let be changed; never what holds data.</summary>
    [Parameter]
    public SwitchParameter Recreate { get; set; }

    /// <summary>Returns once everything is applied.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long the whole may take, as a time span or in seconds. By default the setting Deploy.Timeout.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <summary>How long each component may take to become ready, as a time span or in seconds. By default the setting Deploy.ComponentTimeout.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? ComponentTimeout { get; set; }

    /// <summary>A file to which the log is added: one JSON object a line, which names the cluster, without secrets. By default each run has a file of its own in the state folder, of which ten are kept.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>Gives the deployment, as far as it came, also where a component failed: its property Diagnoses says what the errors say.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(pipeline, cancellationToken);
        var options = new DeployOptions
        {
            Force = Force,
            Recreate = Recreate,
            NoWait = NoWait,
            Timeout = Timeout,
            ComponentTimeout = ComponentTimeout,
            Foresee = pipeline.IsWhatIf,
            LogPath = LogPath is null ? null : pipeline.ResolvePath(LogPath),
        };
        await using var rollback = await Rollback.PlanAsync(cluster, Revision, options, pipeline.Report, cancellationToken);
        if (!pipeline.ShouldProcess(cluster.Name, rollback.Summary, () => rollback.Description))
            return;
        await DeploymentOutput.WriteAsync(pipeline, () => rollback.RunAsync(pipeline.Report, cancellationToken), () => PassThru ? rollback.Outcome : null);
    }
}
