using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment.Revisions;

namespace WholeTale.PowerShell.Arguments;

/// <summary>Completes the numbers of revisions on the cluster given before, newest first.</summary>
public sealed class RevisionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) => Completion.OfCluster(fakeBoundParameters, wordToComplete, NumbersAsync);

    private static async Task<IReadOnlyList<string>> NumbersAsync(Cluster cluster, CancellationToken cancellationToken) =>
        [.. (await RevisionHistory.ListAsync(cluster, cancellationToken)).Select(revision => revision.Number.ToString(CultureInfo.InvariantCulture))];
}
