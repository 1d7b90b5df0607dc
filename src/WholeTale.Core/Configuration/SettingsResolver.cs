namespace WholeTale.Core.Configuration;

/// <summary>Puts defaults, files, environment and parameters together.</summary>
public static class SettingsResolver
{
    /// <summary>Resolves the settings; the last source wins.</summary>
    /// <param name="documents">Settings file, then secrets file; either may be missing.</param>
    /// <param name="environment">Environment variables; those that begin with <c>WT_</c> count.</param>
    /// <param name="parameters">Values given to a cmdlet, by path (<c>Gke.ProjectId</c>).</param>
    /// <param name="baseFolder">The folder that relative paths are relative to.</param>
    /// <exception cref="SettingsException">Anything is wrong; all of it is said.</exception>
    public static ResolvedSettings Resolve(
        IReadOnlyList<SettingsDocument> documents,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyDictionary<string, object?> parameters,
        string baseFolder) => throw new NotImplementedException();
}
