using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WholeTale.Core.Manifests;

/// <summary>Looks over what templates gave before anything is sent: fields that must be there, names, duplicates, selectors.</summary>
internal static partial class ManifestCheck
{
    /// <summary>Refuses an object that lacks what every object has.</summary>
    public static void RequireFields(Manifest manifest)
    {
        RequireText(manifest, manifest.Object["apiVersion"], "apiVersion");
        var kind = RequireText(manifest, manifest.Object["kind"], "kind");
        if (manifest.Object["metadata"] is not JsonObject metadata)
            throw Error(manifest, "metadata", $"has a {kind} without metadata.", "Give it metadata with a name.");
        var name = RequireText(manifest, metadata["name"], "metadata.name");

        // Roles may hold a colon; everything else is a DNS name (RFC 1123).
        var isRole = kind is "Role" or "RoleBinding" or "ClusterRole" or "ClusterRoleBinding";
        if (!(isRole ? RoleName() : ObjectName()).IsMatch(name) || name.Length > 253)
            throw Error(manifest, "metadata.name", $"names a {kind} '{name}', which is no name that Kubernetes allows.", "Use small letters, digits, '-' and '.'.");
    }

    /// <summary>Refuses two objects of one kind and name, and workloads whose selector misses their own pods.</summary>
    public static void RequireConsistency(IReadOnlyList<Manifest> manifests)
    {
        var seen = new Dictionary<(string, string, string), Manifest>();
        foreach (var manifest in manifests)
        {
            var kind = (string)manifest.Object["kind"]!;
            var name = (string)manifest.Object["metadata"]!["name"]!;
            var group = ((string)manifest.Object["apiVersion"]!).Split('/') is [var named, _] ? named : "";
            if (!seen.TryAdd((group, kind, name), manifest))
            {
                var first = seen[(group, kind, name)];
                throw Error(manifest, "metadata.name", $"defines {kind} {name}, which {first.Template}, line {first.Line}, defines too.", "Remove or rename one of them.");
            }
            RequireSelector(manifest, kind, name);
        }
    }

    private static void RequireSelector(Manifest manifest, string kind, string name)
    {
        if (ManifestFinish.PodTemplateOf(manifest.Object) is not { } template || manifest.Object["spec"]?["selector"]?["matchLabels"] is not JsonObject selector)
            return;
        var labels = template["metadata"]?["labels"] as JsonObject;
        foreach (var (label, value) in selector)
        {
            if (!JsonNode.DeepEquals(labels?[label], value))
            {
                throw Error(
                    manifest, "spec.selector", $"has a {kind} {name} that selects pods by {label}={value}, while its own pods have {label}={labels?[label]?.ToString() ?? "nothing"}.",
                    "Make them equal.");
            }
        }
    }

    private static string RequireText(Manifest manifest, JsonNode? value, string field) =>
        value is JsonValue json && json.GetValueKind() == JsonValueKind.String && (string?)json is { Length: > 0 } text
            ? text
            : throw Error(manifest, field, $"has an object without {field}.", $"Give it {field} as text in quotes.");

    private static ManifestException Error(Manifest manifest, string field, string message, string advice) =>
        new(manifest.Template, manifest.Line, field, $"The template {manifest.Template}, line {manifest.Line}, {message}", advice);

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex ObjectName();

    [GeneratedRegex(@"\A[A-Za-z0-9:._-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex RoleName();
}
