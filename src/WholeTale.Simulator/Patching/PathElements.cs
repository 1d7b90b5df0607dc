using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>How a list's items are named in paths.</summary>
internal static class PathElements
{
    public static string Field(string name) => "f:" + name;

    /// <summary>The element of a list's item.</summary>
    /// <exception cref="DecodeException">A key is missing, or the item cannot be one of such a list.</exception>
    public static string Item(TypeSchema list, int index, JsonNode? item)
    {
        if (list.ListKind == ListKind.Set)
        {
            if (item is not JsonValue)
                throw new DecodeException($"associative list without keys has an element that's a {(item is JsonObject ? "map" : item is null ? "null" : "list")} type");
            return "v:" + item.ToJsonString(StoredJson.Options);
        }

        if (list.ListKind != ListKind.Map)
            return "i:" + index.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (item is not JsonObject members)
            throw new DecodeException(item is null ? "associative list with keys may not have a null element" : "associative list with keys may not have non-map elements");
        if (list.Keys.Count == 1)
            return "k:{\"" + list.Keys[0] + "\":" + KeyOf(list, members, list.Keys[0]) + "}";
        return "k:{" + string.Join(",", list.Keys.Order(StringComparer.Ordinal).Select(key => "\"" + key + "\":" + KeyOf(list, members, key))) + "}";
    }

    private static string KeyOf(TypeSchema list, JsonObject members, string key)
    {
        if (members[key] is { } value)
            return value.ToJsonString(StoredJson.Options);
        // The published schema has one default among keys: the protocol of ports.
        if (key == "protocol" || list.Element?.KeyDefaults?.GetValueOrDefault(key) is not null)
            return list.Element?.KeyDefaults?.GetValueOrDefault(key)?.ToJsonString(StoredJson.Options) ?? "\"TCP\"";
        throw new DecodeException($"associative list with keys has an element that omits key field \"{key}\" (and doesn't have default value)");
    }
}
