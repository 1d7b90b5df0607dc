using System.Management.Automation;
using WholeTale.Core.Deployment;
using WholeTale.PowerShell.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Writes the rendered manifests as YAML files, one a component.</summary>
/// <remarks>No cluster is asked. The values of Secrets are masked unless -IncludeSecrets is given; those that the settings do not give are then made anew in each export.</remarks>
/// <example>
///   <code>Export-WTManifest -Path ./manifests</code>
///   <para>Writes what a deploy with the settings of the current folder would apply.</para>
/// </example>
/// <example>
///   <code>Export-WTManifest ./manifests -Setting @{ Namespace = 'tales' } -IncludeSecrets</code>
///   <para>Writes files that 'kubectl apply --server-side -f manifests' takes as they are.</para>
/// </example>
[Cmdlet(VerbsData.Export, "WTManifest", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportWTManifestCommand : SettingsCommand
{
    /// <summary>The folder for the files; made where it does not exist.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!;

    /// <summary>Writes the values of Secrets too. Only the files' owner can read them.</summary>
    [Parameter]
    public SwitchParameter IncludeSecrets { get; set; }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var folder = pipeline.ResolvePath(Path);
        var export = await ManifestExport.PlanAsync(ResolveSettings(pipeline), pipeline.Report, cancellationToken);
        if (!pipeline.ShouldProcess(folder, $"Write the manifests of {export.Components.Count} components"))
            return;
        foreach (var file in await Core.Manifests.ManifestWriter.WriteAsync(export, folder, IncludeSecrets, cancellationToken))
            pipeline.WriteObject(new FileInfo(file));
    }
}
