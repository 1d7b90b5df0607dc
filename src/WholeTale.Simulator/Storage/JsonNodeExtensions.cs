using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Storage;

/// <summary>Reading nodes whatever made them: a parsed number converts freely, one that code has set only to its own type.</summary>
internal static class JsonNodeExtensions
{
    /// <summary>The text of a string; null for anything else.</summary>
    public static string? Text(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The value of a whole number; null for anything else.</summary>
    public static long? Number(this JsonNode? node)
    {
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
            return null;
        if (value.TryGetValue<long>(out var wide))
            return wide;
        if (value.TryGetValue<int>(out var narrow))
            return narrow;
        return long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
    }

    /// <summary>The value of a boolean; null for anything else.</summary>
    public static bool? Flag(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    /// <summary>The objects of a list; none of anything else.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonNode? node) => (node as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>The strings of a list; none of anything else.</summary>
    public static IReadOnlyList<string> Texts(this JsonNode? node) => [.. (node as JsonArray ?? []).Select(item => item.Text() ?? "")];
}
