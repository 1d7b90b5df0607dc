namespace WholeTale.Core;

/// <summary>The command that shows a component's log, as it can be pasted.</summary>
internal static class LogCommand
{
    /// <param name="cluster">The cluster's name; empty where it is not known.</param>
    /// <param name="component">The component.</param>
    internal static string Of(string cluster, string component) => $"Get-WTLog {(cluster.Length == 0 ? "<cluster>" : Word(cluster))} -Component {component}";

    // A name of letters, digits and a few signs needs no quotes.
    private static string Word(string name) =>
        name[0] != '-' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? name : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";
}
