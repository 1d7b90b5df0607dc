using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Configuration;

namespace WholeTale.PowerShell.Arguments;

/// <summary>Completes names of clusters that this machine knows of: simulated ones and kubeconfig contexts. Nothing is asked over a network.</summary>
public sealed class ClusterNameCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var folder = Completion.CurrentFolder();
        using var patience = new CancellationTokenSource(Patience);
        return Completion.Of(NamesAsync(folder, patience.Token).GetAwaiter().GetResult(), wordToComplete);
    }

    private static async Task<List<string>> NamesAsync(string folder, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        try
        {
            var settings = SettingsSource.Find(folder).Resolve();
            foreach (var provider in ClusterProviders.BuiltIn.Where(provider => provider.Name is "Simulator" or "Existing"))
            {
                await foreach (var cluster in provider.ListAsync(settings, cancellationToken))
                    names.Add(cluster.Name);
            }
        }
        catch (Exception exception) when (exception is WholeTaleException or OperationCanceledException)
        {
            // A completion that cannot be given is not given; the command itself will say what is wrong.
        }
        return names;
    }
}
