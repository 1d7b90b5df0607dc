namespace WholeTale.Shell;

/// <summary>What the command line asks for.</summary>
internal sealed record ShellArguments
{
    internal const string Usage = """
        WholeTale.Shell [-NonInteractive] script.ps1 [arguments]   runs a script
        WholeTale.Shell [-NonInteractive] -Command 'text'          runs commands
        WholeTale.Shell                                            gives a prompt
        The exit code is 0 when no error was shown, 1 otherwise, or what 'exit' says.
        """;

    internal string? ScriptFile { get; init; }

    internal string? Command { get; init; }

    /// <summary>What follows the script's name: its own arguments.</summary>
    internal IReadOnlyList<string> Rest { get; init; } = [];

    internal bool NonInteractive { get; init; }

    internal bool ShowHelp { get; init; }

    /// <exception cref="ArgumentException">An option is unknown or lacks its value.</exception>
    internal static ShellArguments Parse(IReadOnlyList<string> words)
    {
        var result = new ShellArguments();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (!word.StartsWith('-'))
                return result with { ScriptFile = word, Rest = [.. words.Skip(i + 1)] };
            switch (word.TrimStart('-').ToUpperInvariant())
            {
                case "COMMAND" or "C":
                    // As in pwsh, all that follows is the command.
                    return i + 1 < words.Count ? result with { Command = string.Join(' ', words.Skip(i + 1)) } : throw new ArgumentException($"{word} needs the commands to run.");
                case "FILE" or "F":
                    return i + 1 < words.Count
                        ? result with { ScriptFile = words[i + 1], Rest = [.. words.Skip(i + 2)] }
                        : throw new ArgumentException($"{word} needs the script to run.");
                case "NONINTERACTIVE":
                    result = result with { NonInteractive = true };
                    break;
                case "NOLOGO" or "NOPROFILE":
                    // There is neither.
                    break;
                case "HELP" or "H" or "?":
                    return result with { ShowHelp = true };
                default:
                    throw new ArgumentException($"The option {word} is not known.");
            }
        }

        return result;
    }
}
