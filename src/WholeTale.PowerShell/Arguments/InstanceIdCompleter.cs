using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Tales;

namespace WholeTale.PowerShell.Arguments;

/// <summary>Completes the ids of tales' instances that run on the cluster given before.</summary>
public sealed class InstanceIdCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) => Completion.OfCluster(fakeBoundParameters, wordToComplete, InstancesAsync);

    private static async Task<IReadOnlyList<string>> InstancesAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        await using var tales = new TalePods(cluster, ReportSink.None);
        return [.. (await tales.ListAsync(cancellationToken)).Select(tale => tale.InstanceId).Where(id => id.Length > 0).Order(StringComparer.Ordinal)];
    }
}
