using System.Management.Automation;
using WholeTale.Core.Deployment;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Gets the state of the platform on a cluster: a row a component, and where it is reached.</summary>
/// <remarks>
/// The deploys are recorded in Secrets. An account that may not read those (the ClusterRole view is enough for the rest) sees what is there, with a warning, without the revision and what is missing. The
/// administrator's login is not read: the property Credential is empty here.
/// </remarks>
/// <example>
///   <code>Get-WholeTale wholetale</code>
///   <para>Shows the components and the addresses.</para>
/// </example>
/// <example>
///   <code>(Get-WTCluster wholetale | Get-WholeTale).Components | Where-Object Status -NE Ready</code>
///   <para>Lists the components that are not ready, and why.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "WholeTale")]
[OutputType(typeof(Deployment))]
public sealed class GetWholeTaleCommand : ClusterCommand
{
    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken) =>
        pipeline.WriteObject(await PlatformDeployment.GetAsync(await ConnectAsync(pipeline, cancellationToken), cancellationToken));
}
