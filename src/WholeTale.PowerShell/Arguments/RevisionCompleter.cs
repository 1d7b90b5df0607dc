using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Configuration;

namespace WholeTale.PowerShell.Arguments;

/// <summary>Completes the numbers of revisions on the cluster given before, newest first. The cluster is asked, and has two seconds to answer.</summary>
public sealed class RevisionCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        if (ClusterNameAttribute.Read(fakeBoundParameters[nameof(ClusterCommand.Cluster)]) is not { } cluster)
            return [];
        var folder = Completion.CurrentFolder();
        using var patience = new CancellationTokenSource(Patience);
        return Completion.Of(NumbersAsync(cluster, folder, patience.Token).GetAwaiter().GetResult(), wordToComplete);
    }

    private static async Task<IReadOnlyList<string>> NumbersAsync(Cluster cluster, string folder, CancellationToken cancellationToken)
    {
        try
        {
            if (cluster.Connection is null)
                cluster = await Providers.FindAsync(cluster, SettingsSource.Find(folder).Resolve(), cancellationToken);
            return [.. (await RevisionHistory.ListAsync(cluster, cancellationToken)).Select(revision => revision.Number.ToString(CultureInfo.InvariantCulture))];
        }
        catch (Exception exception) when (exception is WholeTaleException or OperationCanceledException)
        {
            // A completion that cannot be given is not given; the command itself will say what is wrong.
            return [];
        }
    }
}
