using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Xml;

namespace WholeTale.Simulator.Schema;

/// <summary>
/// What the fields mean: the documentation that comes with KubernetesClient, which the build packs into this assembly.
/// It is read as a whole when the first description is asked for.
/// </summary>
internal static class ModelDescriptions
{
    private static readonly Lazy<FrozenDictionary<string, string>> _texts = new(Read);

    public static string? OfType(Type model) => _texts.Value.GetValueOrDefault("T:" + model.FullName);

    public static string? OfProperty(Type model, string name)
    {
        foreach (var property in model.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name == name)
                return _texts.Value.GetValueOrDefault($"P:{model.FullName}.{property.Name}");
        }

        return null;
    }

    private static FrozenDictionary<string, string> Read()
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        using var packed = typeof(ModelDescriptions).Assembly.GetManifestResourceStream("KubernetesClient.docs.zip");
        if (packed is null)
            return FrozenDictionary<string, string>.Empty;
        using var archive = new ZipArchive(packed);
        using var content = archive.Entries[0].Open();
        using var reader = XmlReader.Create(content);
        while (reader.ReadToFollowing("member"))
        {
            var name = reader.GetAttribute("name") ?? "";
            if (!name.StartsWith("T:k8s.Models.V1", StringComparison.Ordinal) && !name.StartsWith("P:k8s.Models.", StringComparison.Ordinal))
                continue;
            using var member = reader.ReadSubtree();
            if (member.ReadToFollowing("summary"))
                texts[name] = string.Join(' ', member.ReadElementContentAsString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }

        return texts.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
