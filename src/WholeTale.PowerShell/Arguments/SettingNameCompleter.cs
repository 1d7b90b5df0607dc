using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using WholeTale.Core.Configuration;

namespace WholeTale.PowerShell.Arguments;

/// <summary>Completes the names of settings.</summary>
public sealed class SettingNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(SettingsResolver.Names, wordToComplete);
}
