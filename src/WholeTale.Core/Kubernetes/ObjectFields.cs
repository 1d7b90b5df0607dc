using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Core.Kubernetes;

/// <summary>Reads fields of untyped objects. What is absent or of another type than expected reads as absent: a foreign controller's odd status must not end a deploy.</summary>
internal static class ObjectFields
{
    internal static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
            node = node is JsonObject fields && fields.TryGetPropertyValue(step, out var next) ? next : null;
        return node;
    }

    internal static string Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    internal static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    internal static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    internal static IEnumerable<JsonObject> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray array ? array.OfType<JsonObject>() : [];

    internal static string Kind(this JsonObject item) => item.Text("kind");

    internal static string Name(this JsonObject item) => item.Text("metadata", "name");

    internal static string Namespace(this JsonObject item) => item.Text("metadata", "namespace");

    internal static string Uid(this JsonObject item) => item.Text("metadata", "uid");

    internal static string ResourceVersion(this JsonObject item) => item.Text("metadata", "resourceVersion");

    internal static string Label(this JsonObject item, string name) => item.Text("metadata", "labels", name);

    internal static string Annotation(this JsonObject item, string name) => item.Text("metadata", "annotations", name);

    internal static bool IsDeleting(this JsonObject item) => item.Text("metadata", "deletionTimestamp").Length > 0;

    /// <summary>The condition of a type; null where the object has none such.</summary>
    internal static JsonObject? Condition(this JsonObject item, string type) => item.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);

    /// <summary>Whether an owner reference leads to an object.</summary>
    internal static bool IsOwnedBy(this JsonObject item, string uid) => uid.Length > 0 && item.Items("metadata", "ownerReferences").Any(owner => owner.Text("uid") == uid);

    internal static DateTimeOffset? Time(this JsonNode? node, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(node.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>Whether one resourceVersion is surely older than another. They are numbers that grow on every server known, and by rule since 1.35 (KEP-5504).</summary>
    internal static bool IsOlder(string version, string than) =>
        ulong.TryParse(version, CultureInfo.InvariantCulture, out var left) && ulong.TryParse(than, CultureInfo.InvariantCulture, out var right) && left < right;
}
