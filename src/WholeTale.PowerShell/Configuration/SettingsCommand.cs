using System.Collections;
using System.Management.Automation;
using WholeTale.Core.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Configuration;

/// <summary>The parameters that say where settings come from.</summary>
public abstract class SettingsCommand : AsyncCommand
{
    /// <summary>The settings file. By default settings.psd1 in the current folder, and without one the module's defaults.</summary>
    [Parameter]
    [Alias("SettingsFile")]
    [ValidateNotNullOrEmpty]
    public string? SettingsPath { get; set; }

    /// <summary>The secrets file. By default secrets.psd1 beside the settings file, if it is there.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SecretsPath { get; set; }

    /// <summary>Single settings by path, over all other sources: @{ 'Gke.ProjectId' = 'my-project' }.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Setting { get; set; }

    /// <summary>Where this call's settings come from.</summary>
    internal SettingsSource Source(Pipeline pipeline) => SettingsSource.Find(pipeline, SettingsPath, SecretsPath, Setting);

    /// <summary>The settings in force for this call.</summary>
    /// <exception cref="SettingsException">Anything is wrong; all of it is said.</exception>
    private protected ResolvedSettings ResolveSettings(Pipeline pipeline) => Source(pipeline).Resolve();
}
