using YamlDotNet.RepresentationModel;

namespace WholeTale.Core.Clusters;

/// <summary>A cluster's, a user's or a context's entry of a kubeconfig: values by name, paths relative to its file (as kubectl reads them).</summary>
internal sealed class KubeconfigEntry(string name, YamlMappingNode content, string folder)
{
    internal string Name { get; } = name;

    /// <summary>A value; null where it is missing or empty.</summary>
    internal string? this[string key] => Node(key) is YamlScalarNode { Value: { Length: > 0 } value } ? value : null;

    internal bool IsTrue(string key) => string.Equals(this[key], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A file's full path; null where none is named.</summary>
    internal string? FilePath(string key) => this[key] is { } path ? Path.GetFullPath(path, folder) : null;

    /// <summary>The bytes of <c>KEY-data</c> (base64), else of the file that KEY names; null where there is neither.</summary>
    internal string? Text(string key) =>
        this[key + "-data"] is { } data ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(data))
        : FilePath(key) is { } path ? File.ReadAllText(path)
        : null;

    /// <summary>The exec plugin; null where there is none.</summary>
    internal ExecPlugin? Plugin()
    {
        if (Node("exec") is not YamlMappingNode node)
            return null;
        var exec = new KubeconfigEntry("exec", node, folder);
        if (exec["command"] is not { } command)
            return null;
        return new ExecPlugin
        {
            // A path with a separator is relative to the file; a bare name is looked for on PATH.
            Command = command.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(command, folder) : command,
            Arguments = [.. (exec.Node("args") as YamlSequenceNode)?.OfType<YamlScalarNode>().Select(word => word.Value ?? "") ?? []],
            Environment = ((exec.Node("env") as YamlSequenceNode)?.OfType<YamlMappingNode>() ?? [])
                .Select(item => new KubeconfigEntry("env", item, folder))
                .Where(item => item["name"] is not null)
                .GroupBy(item => item["name"]!)
                .ToDictionary(group => group.Key, group => group.Last()["value"] ?? ""),
            ApiVersion = exec["apiVersion"] ?? "client.authentication.k8s.io/v1",
            InstallHint = exec["installHint"] ?? "",
            ProvideClusterInfo = exec.IsTrue("provideClusterInfo"),
        };
    }

    internal bool Has(string key) => Node(key) is not null;

    private YamlNode? Node(string key) => content.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;
}
