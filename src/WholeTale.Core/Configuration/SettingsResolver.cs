namespace WholeTale.Core.Configuration;

/// <summary>Puts defaults, files, environment and parameters together.</summary>
public static class SettingsResolver
{
    /// <summary>The paths of all settings, in the order of the settings file.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. SettingsSchema.All.Select(definition => definition.Path)];

    /// <summary>Resolves the settings; the last source wins.</summary>
    /// <param name="documents">Settings file, then secrets file; either may be missing.</param>
    /// <param name="environment">Environment variables; those that begin with <c>WT_</c> and name a setting count, e.g. <c>WT_GKE_PROJECTID</c>. Lists are separated by commas.</param>
    /// <param name="parameters">Values given to a cmdlet, by path (<c>Gke.ProjectId</c>).</param>
    /// <param name="baseFolder">The folder that relative paths are relative to.</param>
    /// <exception cref="SettingsException">Anything is wrong; all of it is said.</exception>
    public static ResolvedSettings Resolve(
        IReadOnlyList<SettingsDocument> documents,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyDictionary<string, object?> parameters,
        string baseFolder)
    {
        var (settings, problems) = Run(documents, environment, parameters, baseFolder);
        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }

    /// <summary>Says all that is wrong, and throws nothing.</summary>
    /// <inheritdoc cref="Resolve"/>
    public static IReadOnlyList<SettingProblem> Check(
        IReadOnlyList<SettingsDocument> documents,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyDictionary<string, object?> parameters,
        string baseFolder) => Run(documents, environment, parameters, baseFolder).Problems;

    private static (ResolvedSettings Settings, IReadOnlyList<SettingProblem> Problems) Run(
        IReadOnlyList<SettingsDocument> documents,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyDictionary<string, object?> parameters,
        string baseFolder)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(parameters);
        var resolution = new SettingsResolution();
        foreach (var document in documents)
            resolution.Add(document);
        resolution.Add(environment);
        resolution.Add(parameters);
        return (resolution.Finish(baseFolder), resolution.Problems);
    }
}
