using System.Collections;
using WholeTale.Core.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Configuration;

/// <summary>All that settings come from in one call of a cmdlet: two files, the environment and parameters.</summary>
internal sealed record SettingsSource
{
    private const string SettingsName = "settings.psd1";
    private const string SecretsName = "secrets.psd1";

    /// <summary>The settings file; null where there is none, so that defaults hold.</summary>
    internal string? SettingsFile { get; private init; }

    /// <summary>The secrets file; null where there is none.</summary>
    internal string? SecretsFile { get; private init; }

    /// <summary>Values by path that go over all others.</summary>
    internal IReadOnlyDictionary<string, object?> Parameters { get; private init; } = new Dictionary<string, object?>();

    /// <summary>The folder that relative paths in the settings are relative to.</summary>
    internal required string BaseFolder { get; init; }

    /// <summary>Finds the files: the settings file is the one given, else settings.psd1 in the current folder if there; the secrets file the one given, else secrets.psd1 beside the settings file.</summary>
    internal static SettingsSource Find(Pipeline pipeline, string? settingsPath, string? secretsPath, IDictionary? parameters)
    {
        var current = pipeline.CurrentFolder;
        var settings = settingsPath is null ? IfThere(Path.Combine(current, SettingsName)) : pipeline.ResolvePath(settingsPath);
        var folder = settings is null ? current : Path.GetDirectoryName(settings)!;
        return new SettingsSource
        {
            SettingsFile = settings,
            SecretsFile = secretsPath is null ? IfThere(Path.Combine(folder, SecretsName)) : pipeline.ResolvePath(secretsPath),
            Parameters = ToParameters(parameters),
            BaseFolder = folder,
        };
    }

    /// <summary>Finds the files of a folder.</summary>
    internal static SettingsSource Find(string folder) => new()
    {
        SettingsFile = IfThere(Path.Combine(folder, SettingsName)),
        SecretsFile = IfThere(Path.Combine(folder, SecretsName)),
        BaseFolder = folder,
    };

    /// <summary>The settings in force.</summary>
    /// <exception cref="SettingsException">Anything is wrong; all of it is said.</exception>
    internal ResolvedSettings Resolve()
    {
        var (documents, problems) = ReadFiles();
        return problems.Count == 0
            ? SettingsResolver.Resolve(documents, Environment(), Parameters, BaseFolder)
            : throw new SettingsException([.. problems, .. SettingsResolver.Check(documents, Environment(), Parameters, BaseFolder)]);
    }

    /// <summary>All that is wrong.</summary>
    internal IReadOnlyList<SettingProblem> Check()
    {
        var (documents, problems) = ReadFiles();
        return [.. problems, .. SettingsResolver.Check(documents, Environment(), Parameters, BaseFolder)];
    }

    /// <summary>Puts values by path over settings that have been resolved before, e.g. a cluster's.</summary>
    internal static ResolvedSettings Override(ResolvedSettings settings, IReadOnlyDictionary<string, object?> parameters)
    {
        if (parameters.Count == 0)
            return settings;
        var values = settings.Entries.Where(entry => entry.Source != "Default").ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.OrdinalIgnoreCase);
        foreach (var (path, value) in parameters)
            values[path] = value;
        var known = settings.Entries.ToDictionary(entry => entry.Name, StringComparer.OrdinalIgnoreCase);
        var changed = SettingsResolver.Resolve([], new Dictionary<string, string>(), values, settings.BaseFolder);
        return changed with
        {
            Entries = [.. changed.Entries.Select(entry => parameters.Keys.Contains(entry.Name, StringComparer.OrdinalIgnoreCase) ? entry : known[entry.Name])],
        };
    }

    /// <summary>Parameters by path, from a table that a user gave: <c>@{ 'Gke.ProjectId' = 'x' }</c> or <c>@{ Gke = @{ ProjectId = 'x' } }</c>.</summary>
    internal static Dictionary<string, object?> ToParameters(IDictionary? table)
    {
        var parameters = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in table ?? new Hashtable())
        {
            var path = entry.Key.ToString() ?? "";
            var value = Plain(entry.Value);
            // A table's name is no setting of its own, so what stands in it can only be meant one by one.
            if (value is IDictionary inner && !SettingsResolver.Names.Contains(path, StringComparer.OrdinalIgnoreCase))
            {
                foreach (var (name, item) in ToParameters(inner))
                    parameters[$"{path}.{name}"] = item;
            }
            else
            {
                parameters[path] = value;
            }
        }
        return parameters;
    }

    private (IReadOnlyList<SettingsDocument> Documents, IReadOnlyList<SettingProblem> Problems) ReadFiles()
    {
        var documents = new List<SettingsDocument>();
        var problems = new List<SettingProblem>();
        foreach (var (path, source) in new[] { (SettingsFile, "SettingsFile"), (SecretsFile, "SecretsFile") })
        {
            try
            {
                if (path is not null)
                    documents.Add(Psd1Reader.Read(path, source));
            }
            catch (SettingsException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }
        return (documents, problems);
    }

    private static Dictionary<string, string> Environment() => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable => ((string)variable.Key).StartsWith("WT_", StringComparison.OrdinalIgnoreCase))
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");

    private static object? Plain(object? value) => value switch
    {
        System.Management.Automation.PSObject wrapped => Plain(wrapped.BaseObject),
        System.Security.SecureString secure => new Secret(new System.Net.NetworkCredential("", secure).Password),
        object?[] items => items.Select(Plain).ToArray(),
        IDictionary table => new Hashtable(table.Cast<DictionaryEntry>().ToDictionary(entry => entry.Key, entry => Plain(entry.Value))),
        _ => value,
    };

    private static string? IfThere(string path) => File.Exists(path) ? path : null;
}
