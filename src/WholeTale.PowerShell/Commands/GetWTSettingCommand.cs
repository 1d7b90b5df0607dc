using System.Management.Automation;
using WholeTale.Core.Configuration;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Gets the settings in force, each with where it comes from.</summary>
/// <remarks>The last of these wins: the module's defaults, the settings file, the secrets file, environment variables (WT_ and the path, e.g. WT_GKE_PROJECTID), parameters. Secrets are shown as ********.</remarks>
/// <example>
///   <code>Get-WTSetting -Setting @{ 'Gke.NodeCount' = 6 }</code>
///   <para>Lists every setting; the node count comes from the parameter.</para>
/// </example>
/// <example>
///   <code>Get-WTSetting Volumes.* | Where-Object Source -EQ Default</code>
///   <para>Lists the volume sizes that nobody has chosen.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "WTSetting")]
[OutputType(typeof(SettingEntry))]
public sealed class GetWTSettingCommand : SettingsCommand
{
    private ResolvedSettings settings = null!;

    /// <summary>Paths of settings, e.g. Gke.ProjectId. Wildcards are allowed. By default all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SettingNameCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override Task BeginProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        settings = ResolveSettings(pipeline);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var isWanted = Wildcards.Matching(Name);
        foreach (var entry in settings.Entries.Where(entry => isWanted(entry.Name)))
            pipeline.WriteObject(entry);
        return Task.CompletedTask;
    }
}
