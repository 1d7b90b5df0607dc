namespace WholeTale.Core.Configuration;

/// <summary>The settings in force, and where each came from.</summary>
/// <param name="Settings">The typed settings.</param>
/// <param name="Entries">Every setting with its value and source, in the order of the settings file.</param>
/// <param name="BaseFolder">The folder that relative paths are relative to: the settings file's, else the current one.</param>
public sealed record ResolvedSettings(Settings Settings, IReadOnlyList<SettingEntry> Entries, string BaseFolder);

/// <summary>One setting in force.</summary>
/// <param name="Name">Its path, e.g. <c>Gke.ProjectId</c>.</param>
/// <param name="Value">Its value; a <see cref="Secret"/> stays one.</param>
/// <param name="Source">Default, SettingsFile, SecretsFile, Environment or Parameter.</param>
/// <param name="Origin">The file with line (<c>settings.psd1:12</c>) or the variable's name; empty for defaults.</param>
public sealed record SettingEntry(string Name, object? Value, string Source, string Origin);
