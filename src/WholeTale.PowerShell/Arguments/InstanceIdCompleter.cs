using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Tales;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Configuration;

namespace WholeTale.PowerShell.Arguments;

/// <summary>Completes the ids of tales' instances that run on the cluster given before. The cluster is asked, and has two seconds to answer.</summary>
public sealed class InstanceIdCompleter : IArgumentCompleter
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
        return Completion.Of(InstancesAsync(cluster, folder, patience.Token).GetAwaiter().GetResult(), wordToComplete);
    }

    private static async Task<IReadOnlyList<string>> InstancesAsync(Cluster cluster, string folder, CancellationToken cancellationToken)
    {
        try
        {
            if (cluster.Connection is null)
                cluster = await Providers.FindAsync(cluster, SettingsSource.Find(folder).Resolve(), cancellationToken);
            await using var tales = new TalePods(cluster, ReportSink.None);
            return [.. (await tales.ListAsync(cancellationToken)).Select(tale => tale.InstanceId).Where(id => id.Length > 0).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is WholeTaleException or OperationCanceledException)
        {
            // A completion that cannot be given is not given; the command itself will say what is wrong.
            return [];
        }
    }
}
