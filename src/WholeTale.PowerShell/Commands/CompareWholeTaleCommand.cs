using System.Management.Automation;
using WholeTale.Core.Deployment;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Shows field by field what a deploy would change, or how the platform differs from what was deployed.</summary>
/// <remarks>
/// The API server is asked by dry run; nothing is changed. Values of Secrets are masked.
/// What Deploy-WholeTale would be refused is no error here: the property Obstacle of each change says what stands in its way. It is empty for a change that a deploy would make; needs -Force, where another field
/// manager holds the field (Owner says which); needs -Adopt, where Whole Tale did not make the object; needs -Recreate, where the object would have to be deleted and made again; refused, with the reason, where
/// no parameter helps: a claim that would shrink, a value that the server does not take. A deploy changes nothing at all before the last of these is out of the way.
/// With -Drift a field that was deployed and has another value counts whoever changed it, an autoscaler of replicas excepted. What was added beside what was deployed counts where somebody did it who changes
/// objects on purpose: whoever applies it, and who updates by kubectl, helm, k9s, Lens, a dashboard, curl, Terraform or Kubernetes' client for Python. What controllers add (annotations of a cloud's, the
/// volume of a claim) does not count. Nothing but its name tells a person's tool from a controller: what somebody adds by a program of another name, and does not apply, is taken for a controller's and not shown.
/// </remarks>
/// <example>
///   <code>Compare-WholeTale wholetale</code>
///   <para>What a deploy with the cluster's settings would change.</para>
/// </example>
/// <example>
///   <code>Compare-WholeTale wholetale | Where-Object { $_.Obstacle }</code>
///   <para>What stands in the way of a deploy, and what it takes.</para>
/// </example>
/// <example>
///   <code>Compare-WholeTale wholetale -Drift</code>
///   <para>What somebody has changed or added since the last deploy.</para>
/// </example>
[Cmdlet(VerbsData.Compare, "WholeTale")]
[OutputType(typeof(Change))]
public sealed class CompareWholeTaleCommand : ClusterCommand
{
    /// <summary>Compares with the last revision that was applied whole instead of the settings: what others have changed and added since. Before is the value now, After the one that was deployed.</summary>
    [Parameter]
    public SwitchParameter Drift { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(pipeline, cancellationToken);
        var changes = Drift
            ? await Comparison.WithRevisionAsync(cluster, pipeline.Report, cancellationToken)
            : await Comparison.WithSettingsAsync(cluster, new DeployOptions(), pipeline.Report, cancellationToken);
        foreach (var change in changes)
            pipeline.WriteObject(change);
    }
}
