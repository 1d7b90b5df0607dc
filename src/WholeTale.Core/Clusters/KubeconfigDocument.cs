using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace WholeTale.Core.Clusters;

/// <summary>One kubeconfig file as it stands.</summary>
internal sealed class KubeconfigDocument
{
    private readonly YamlMappingNode root;
    private readonly string folder;

    private KubeconfigDocument(YamlMappingNode root, string folder)
    {
        this.root = root;
        this.folder = folder;
    }

    internal string? CurrentContext => new KubeconfigEntry("", root, folder)["current-context"];

    /// <exception cref="ClusterException">The file cannot be read, or is not a kubeconfig.</exception>
    internal static KubeconfigDocument Read(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var stream = new YamlStream();
            stream.Load(reader);
            var root = stream.Documents.Count == 0 ? new YamlMappingNode() : stream.Documents[0].RootNode;
            return root is YamlMappingNode table ? new KubeconfigDocument(table, Path.GetDirectoryName(Path.GetFullPath(path))!) : throw Malformed(path, 1, "it is not a table", null);
        }
        catch (YamlException exception)
        {
            throw Malformed(path, exception.Start.Line, exception.InnerException?.Message ?? exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ClusterException(
                "KubeconfigUnreadable", FailureKind.Malformed, path, $"The kubeconfig {path} cannot be read: {exception.Message.TrimEnd('.')}.", "Correct the file or its permissions.", exception);
        }
    }

    /// <summary>The entries of a list: <c>clusters</c> of <c>cluster</c>, <c>users</c> of <c>user</c>, <c>contexts</c> of <c>context</c>.</summary>
    internal IEnumerable<KubeconfigEntry> Entries(string list, string member)
    {
        if (!root.Children.TryGetValue(new YamlScalarNode(list), out var node) || node is not YamlSequenceNode items)
            yield break;
        foreach (var item in items.OfType<YamlMappingNode>())
        {
            if (new KubeconfigEntry("", item, folder)["name"] is { } name)
                yield return new KubeconfigEntry(name, item.Children.TryGetValue(new YamlScalarNode(member), out var content) && content is YamlMappingNode table ? table : new YamlMappingNode(), folder);
        }
    }

    private static ClusterException Malformed(string path, long line, string why, Exception? cause) => new(
        "KubeconfigMalformed", FailureKind.Malformed, path, $"The kubeconfig {path}:{line} cannot be read: {why.TrimEnd('.')}.", "Correct the file, or write it anew with the tool that made it.", cause);
}
