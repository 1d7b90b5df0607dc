using System.Management.Automation;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Lists the revisions that deploys to a cluster have recorded, newest first.</summary>
/// <example>
///   <code>Get-WTRevision wholetale</code>
///   <para>Lists the history of the platform on the cluster wholetale.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "WTRevision")]
[OutputType(typeof(RevisionEntry))]
public sealed class GetWTRevisionCommand : ClusterCommand
{
    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(pipeline, cancellationToken);
        foreach (var revision in await RevisionHistory.ListAsync(cluster, cancellationToken))
            pipeline.WriteObject(revision);
    }
}
