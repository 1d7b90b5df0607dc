using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using WholeTale.Core.Manifests;

namespace WholeTale.PowerShell.Arguments;

/// <summary>Completes the names of the platform's components.</summary>
public sealed class ComponentNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(Platform.Components.Select(component => component.Name), wordToComplete);
}
