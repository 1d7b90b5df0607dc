using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Configuration;

namespace WholeTale.PowerShell.Arguments;

/// <summary>Offers those of some names that begin as the user has begun.</summary>
internal static class Completion
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    internal static IEnumerable<CompletionResult> Of(IEnumerable<string> names, string word)
    {
        var begun = WildcardPattern.Get(WildcardPattern.Escape(word.Trim('\'', '"')) + "*", WildcardOptions.IgnoreCase);
        return names.Where(begun.IsMatch).Select(name => new CompletionResult(Quote(name), name, CompletionResultType.ParameterValue, name));
    }

    /// <summary>Offers names that the cluster given before is asked for; it has two seconds to answer.</summary>
    internal static IEnumerable<CompletionResult> OfCluster(IDictionary given, string word, Func<Cluster, CancellationToken, Task<IReadOnlyList<string>>> ask)
    {
        ArgumentNullException.ThrowIfNull(given);
        if (ClusterNameAttribute.Read(given[nameof(ClusterCommand.Cluster)]) is not { } cluster)
            return [];
        var folder = CurrentFolder();
        using var patience = new CancellationTokenSource(Patience);
        return Of(AskAsync(cluster, folder, ask, patience.Token).GetAwaiter().GetResult(), word);
    }

    /// <summary>The session's current folder. Completion runs within a pipeline, where the session's state is out of reach but for a nested one.</summary>
    internal static string CurrentFolder()
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript("$ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath").Invoke<string>().FirstOrDefault() ?? Environment.CurrentDirectory;
    }

    private static async Task<IReadOnlyList<string>> AskAsync(Cluster cluster, string folder, Func<Cluster, CancellationToken, Task<IReadOnlyList<string>>> ask, CancellationToken cancellationToken)
    {
        try
        {
            if (cluster.Connection is null)
                cluster = await Providers.FindAsync(cluster, SettingsSource.Find(folder).Resolve(), cancellationToken);
            return await ask(cluster, cancellationToken);
        }
        catch (Exception exception) when (exception is WholeTaleException or OperationCanceledException)
        {
            // A completion that cannot be given is not given; the command itself will say what is wrong.
            return [];
        }
    }

    // A word of letters, digits and a few signs needs no quotes.
    private static string Quote(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? name : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
}
