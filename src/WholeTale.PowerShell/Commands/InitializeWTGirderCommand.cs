using System.Management.Automation;
using WholeTale.Core.Girder;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Sets Girder up: administrator, assetstore, plugins, settings and images.</summary>
/// <remarks>Deploy-WholeTale does it by itself. Repeating it is safe: each step reads, compares, and writes only what differs. The administrator's login is the property Credential of the result.</remarks>
/// <example>
///   <code>Initialize-WTGirder wholetale</code>
///   <para>Shows what each step did.</para>
/// </example>
/// <example>
///   <code>(Initialize-WTGirder wholetale).Credential.GetNetworkCredential().Password</code>
///   <para>Shows the administrator's password.</para>
/// </example>
/// <example>
///   <code>$julia = @{ Name = 'Julia'; Description = 'JupyterLab with Julia'; Config = @{ command = 'jupyter lab --port {port}'; port = 8888; user = 'jovyan'; targetMount = '/home/jovyan/work' } }
/// (Get-WTCluster wholetale -Setting @{ 'Girder.Images' = @($julia) } | Initialize-WTGirder).Steps | Where-Object Name -like 'Image *' | Out-Host</code>
///   <para>Adds an environment for tales to those that come with the module. It may stand in settings.psd1 as well; Config holds what Girder calls an image's config: buildpack, repo2docker_version, command, cpuShares, environment, memLimit, port, user, targetMount, urlPath.</para>
/// </example>
[Cmdlet(VerbsData.Initialize, "WTGirder", SupportsShouldProcess = true)]
[OutputType(typeof(GirderSetup))]
public sealed class InitializeWTGirderCommand : ClusterCommand
{
    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(pipeline, cancellationToken);
        if (pipeline.ShouldProcess(cluster.Name, "Set up Girder: administrator, assetstore, plugins, settings, images"))
            pipeline.WriteObject(Credentials.AddTo(await GirderInitialization.RunAsync(cluster, pipeline.Report, cancellationToken)));
    }
}
