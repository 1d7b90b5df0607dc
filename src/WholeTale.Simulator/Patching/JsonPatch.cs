using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>JSON patch (RFC 6902), with the words of evanphx/json-patch.</summary>
internal static class JsonPatch
{
    private const int _most = 10_000;

    /// <summary>Patches a copy of the target.</summary>
    /// <exception cref="PatchException">The patch is malformed or an operation does not fit.</exception>
    public static JsonObject Apply(JsonObject target, JsonArray operations)
    {
        if (operations.Count > _most)
            throw new PatchException($"The allowed maximum operations in a JSON patch is {_most}, got {operations.Count}");
        JsonNode? document = target.DeepClone();
        foreach (var node in operations)
        {
            if (node is not JsonObject operation)
                throw new PatchException("json: cannot unmarshal into Go value of type jsonpatch.Operation", unreadable: true);
            document = Apply(document, operation);
        }

        return document as JsonObject ?? throw new PatchException("the patched document is not an object");
    }

    private static JsonNode? Apply(JsonNode? document, JsonObject operation)
    {
        var kind = operation["op"].Text() ?? "";
        var path = operation["path"].Text() ?? throw new PatchException($"Missing operation path: missing value");
        switch (kind)
        {
            case "add":
                return Add(document, path, operation["value"]?.DeepClone(), kind);
            case "remove":
                Remove(document, path);
                return document;
            case "replace":
                if (path.Length == 0)
                    return operation["value"]?.DeepClone();
                _ = Get(document, path, kind, present: true);
                Remove(document, path);
                return Add(document, path, operation["value"]?.DeepClone(), kind);
            case "move":
                var from = operation["from"].Text() ?? "";
                var moved = Get(document, from, kind, present: true)?.DeepClone();
                Remove(document, from);
                return Add(document, path, moved, kind);
            case "copy":
                return Add(document, path, Get(document, operation["from"].Text() ?? "", kind, present: true)?.DeepClone(), kind);
            case "test":
                if (!JsonTree.AreEqual(Get(document, path, kind, present: false), operation["value"]))
                    throw new PatchException($"testing value {path} failed: test failed");
                return document;
            default:
                throw new PatchException($"Unexpected kind: {kind}");
        }
    }

    private static JsonNode? Add(JsonNode? document, string path, JsonNode? value, string kind)
    {
        if (path.Length == 0)
            return value;
        var (parent, key) = Locate(document, path, kind);
        switch (parent)
        {
            case JsonObject members:
                members[key] = value;
                break;
            case JsonArray items when key == "-":
                items.Add(value);
                break;
            case JsonArray items:
                items.Insert(Index(items, key, path, kind, items.Count), value);
                break;
            default:
                throw Missing(kind, path);
        }

        return document;
    }

    private static void Remove(JsonNode? document, string path)
    {
        var (parent, key) = Locate(document, path, "remove");
        switch (parent)
        {
            case JsonObject members when members.Remove(key):
                break;
            case JsonArray items:
                items.RemoveAt(Index(items, key, path, "remove", items.Count - 1));
                break;
            case JsonObject:
                throw new PatchException($"remove operation does not apply: doc is missing key: {path}: missing value");
            default:
                throw Missing("remove", path);
        }
    }

    private static JsonNode? Get(JsonNode? document, string path, string kind, bool present)
    {
        if (path.Length == 0)
            return document;
        var (parent, key) = Locate(document, path, kind);
        switch (parent)
        {
            case JsonObject members when members.TryGetPropertyValue(key, out var value):
                return value;
            case JsonObject when !present:
                return null;
            case JsonObject:
                throw new PatchException($"{kind} operation does not apply: doc is missing key: {path}: missing value");
            case JsonArray items:
                return items[Index(items, key, path, kind, items.Count - 1)];
            default:
                throw Missing(kind, path);
        }
    }

    private static (JsonNode? Parent, string Key) Locate(JsonNode? document, string path, string kind)
    {
        if (path[0] != '/')
            throw Missing(kind, path);
        var parts = path.Split('/');
        var node = document;
        for (var at = 1; at < parts.Length - 1; at++)
        {
            node = node switch
            {
                JsonObject members => members[Unescape(parts[at])],
                JsonArray items when int.TryParse(parts[at], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Count => items[index],
                _ => null,
            };
            if (node is null)
                throw Missing(kind, path);
        }

        return (node, Unescape(parts[^1]));
    }

    private static int Index(JsonArray items, string key, string path, string kind, int last)
    {
        if (!int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            throw new PatchException($"{kind} operation does not apply: strconv.Atoi: parsing \"{key}\": invalid syntax");
        if (index < 0)
            index += items.Count;
        if (index < 0 || index > last)
            throw new PatchException($"{kind} operation does not apply: doc is missing path: {path}: missing value: Unable to access invalid index: {key}: invalid index referenced");
        return index;
    }

    private static PatchException Missing(string kind, string path) =>
        new($"{kind} operation does not apply: doc is missing path: {path}: missing value");

    private static string Unescape(string part) => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
