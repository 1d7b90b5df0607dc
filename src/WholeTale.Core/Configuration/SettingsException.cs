namespace WholeTale.Core.Configuration;

/// <summary>Settings are wrong. Carries all problems at once.</summary>
public sealed class SettingsException(IReadOnlyList<SettingProblem> problems)
    : WholeTaleException(
        "SettingsInvalid",
        FailureKind.InvalidInput,
        problems.Count > 0 ? problems[0].File : null,
        problems.Count == 1
            ? problems[0].ToString()
            : $"The settings have {problems.Count} problems:{Environment.NewLine}{string.Join(Environment.NewLine, problems.Select(problem => "  " + problem))}",
        problems.Count == 1 ? null : "Correct them and run the command again.")
{
    /// <summary>All problems, in the order of the files.</summary>
    public IReadOnlyList<SettingProblem> Problems { get; } = problems;
}

/// <summary>One thing that is wrong in the settings.</summary>
/// <param name="File">The file, or the environment variable's or parameter's name.</param>
/// <param name="Line">The line, from 1; 0 where there is none.</param>
/// <param name="Key">The setting's path, e.g. <c>Volumes.MongoData</c>; empty where the file itself is wrong.</param>
/// <param name="Found">What stands there; masked where it is a secret.</param>
/// <param name="Allowed">What may stand there, and what to do.</param>
public sealed record SettingProblem(string File, int Line, string Key, string Found, string Allowed)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place}{(Key.Length > 0 ? $"{Key}{(Found.Length > 0 ? $" is {Found}" : "")}: " : "")}{Allowed}";

    // What a parameter gives is called by the setting's path alone.
    private string Place => File.Length == 0 || File == Key ? "" : $"{File}{(Line > 0 ? $":{Line}" : "")}: ";
}
