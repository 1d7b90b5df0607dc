using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>
/// JSON patch (RFC 6902) as evanphx/json-patch 4.12 understands it: to replace a member that is not there sets it, a path's text before
/// its first slash means nothing.
/// </summary>
internal static class JsonPatch
{
    private const int _most = 10_000;

    /// <summary>Patches the target in place.</summary>
    /// <param name="target">The object.</param>
    /// <param name="operations">The patch.</param>
    /// <param name="opened">Receives the objects that paths went through.</param>
    /// <exception cref="PatchException">An operation does not fit.</exception>
    public static JsonNode? Apply(JsonObject target, JsonArray operations, ISet<JsonNode> opened)
    {
        if (operations.Count > _most)
            throw new PatchException($"The allowed maximum operations in a JSON patch is {_most}, got {operations.Count}", 413);
        JsonNode? document = target;
        opened.Add(target);
        foreach (var operation in operations.OfType<JsonObject>())
            document = Apply(document, operation, opened);
        return document;
    }

    private static JsonNode? Apply(JsonNode? document, JsonObject operation, ISet<JsonNode> opened)
    {
        var kind = operation["op"].Text() ?? "unknown";
        var path = operation["path"].Text() ?? throw new PatchException($"{kind} operation failed to decode path: missing value");
        switch (kind)
        {
            case "add":
                Add(Locate(document, path, kind, opened), operation["value"]?.DeepClone());
                return document;
            case "remove":
                Remove(Locate(document, path, kind, opened));
                return document;
            case "replace" when path.Length == 0:
                return operation["value"] is JsonObject or JsonArray
                    ? operation["value"]!.DeepClone()
                    : throw new PatchException("replace operation value must be object or array");
            case "replace":
                Set(Locate(document, path, kind, opened), operation["value"]?.DeepClone());
                return document;
            case "move":
                var source = Locate(document, From(operation), kind, opened);
                var moved = Get(source)?.DeepClone();
                Remove(source);
                Add(Locate(document, path, kind, opened), moved);
                return document;
            case "copy":
                var copied = Get(Locate(document, From(operation), kind, opened))?.DeepClone();
                Add(Locate(document, path, kind, opened), copied);
                return document;
            case "test":
                var found = path.Length == 0 ? document : Get(Locate(document, path, kind, opened));
                if (!JsonTree.AreEqual(found, operation["value"]))
                    throw new PatchException($"testing value {path} failed: test failed");
                return document;
            default:
                throw new PatchException($"Unexpected kind: {kind}");
        }
    }

    private static string From(JsonObject operation) =>
        operation["from"].Text() ?? throw new PatchException("operation, missing from field: missing value");

    private static void Add((JsonNode Parent, string Key) place, JsonNode? value)
    {
        if (place.Parent is JsonObject members)
            members[place.Key] = value;
        else if (place.Parent is JsonArray items && place.Key == "-")
            items.Add(value);
        else if (place.Parent is JsonArray list)
            list.Insert(Index(list, place.Key, list.Count + 1), value);
    }

    private static void Set((JsonNode Parent, string Key) place, JsonNode? value)
    {
        if (place.Parent is JsonObject members)
            members[place.Key] = value;
        else if (place.Parent is JsonArray items)
            items[Index(items, place.Key, items.Count)] = value;
    }

    private static void Remove((JsonNode Parent, string Key) place)
    {
        if (place.Parent is JsonObject members && !members.Remove(place.Key))
            throw new PatchException($"Unable to remove nonexistent key: {place.Key}: missing value");
        if (place.Parent is JsonArray items)
            items.RemoveAt(Index(items, place.Key, items.Count));
    }

    private static JsonNode? Get((JsonNode Parent, string Key) place) => place.Parent switch
    {
        JsonObject members => members[place.Key],
        JsonArray items => items[Index(items, place.Key, items.Count)],
        _ => null,
    };

    private static (JsonNode Parent, string Key) Locate(JsonNode? document, string path, string kind, ISet<JsonNode> opened)
    {
        var parts = path.Split('/');
        var node = parts.Length < 2 ? null : document;
        for (var at = 1; at < parts.Length - 1 && node is not null; at++)
        {
            node = node switch
            {
                JsonObject members => members[Unescape(parts[at])],
                JsonArray items when int.TryParse(parts[at], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Count => items[index],
                _ => null,
            };
            if (node is JsonObject)
                opened.Add(node);
        }

        if (node is not (JsonObject or JsonArray))
            throw new PatchException($"{kind} operation does not apply: doc is missing path: {path}: missing value");
        return (node, Unescape(parts[^1]));
    }

    private static int Index(JsonArray items, string key, int count)
    {
        if (!int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            throw new PatchException($"strconv.Atoi: parsing \"{key}\": invalid syntax");
        if (index < 0)
            index += count;
        if (index < 0 || index >= count || index > items.Count)
            throw new PatchException($"Unable to access invalid index: {key}: invalid index referenced");
        return index;
    }

    private static string Unescape(string part) => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
