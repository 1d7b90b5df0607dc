using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using WholeTale.PowerShell.Clusters;

namespace WholeTale.PowerShell.Arguments;

/// <summary>Completes the names of cluster providers.</summary>
public sealed class ProviderNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(Providers.All.Names, wordToComplete);
}
