using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>Trees as Go prints them in the refusal of a patch.</summary>
internal static class GoText
{
    private static readonly JsonWriterOptions _writing = new() { Encoder = StoredJson.Options.Encoder, SkipValidation = true, MaxDepth = 512 };

    // The order of metav1.ObjectMeta; what is not named here comes as it stands.
    private static readonly string[] _metadata =
    [
        "name", "generateName", "selfLink", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers", "managedFields",
    ];

    private static readonly string[] _managed = ["manager", "operation", "apiVersion", "time", "fieldsType", "fieldsV1", "subresource"];

    /// <summary>A value by <c>%v</c>: <c>map[a:1 b:[x y]]</c>.</summary>
    public static string Value(JsonNode? node) => node switch
    {
        null => "<nil>",
        JsonObject members => "map[" + string.Join(' ', members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => member.Key + ":" + Value(member.Value))) + "]",
        JsonArray items => "[" + string.Join(' ', items.Select(Value)) + "]",
        _ => node.Text() ?? node.ToJsonString(StoredJson.Options),
    };

    /// <summary>
    /// JSON as evanphx/json-patch leaves it: objects that the patch has opened have their members sorted, the others stand as they were
    /// encoded; angle brackets and ampersands are escaped (encoding/json).
    /// </summary>
    public static string Json(JsonNode? node, IReadOnlySet<JsonNode> opened)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, _writing))
            Write(writer, node, opened, "");
        return Encoding.UTF8.GetString(buffer.WrittenSpan)
            .Replace("<", "\\u003c", StringComparison.Ordinal)
            .Replace(">", "\\u003e", StringComparison.Ordinal)
            .Replace("&", "\\u0026", StringComparison.Ordinal);
    }

    /// <summary>What encoding/json calls a value's kind.</summary>
    public static string KindOf(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "bool",
        _ => "null",
    };

    /// <summary>The Go type of a decoded value.</summary>
    public static string TypeOf(JsonNode? node) => KindOf(node) switch
    {
        "object" => "map[string]interface {}",
        "array" => "[]interface {}",
        "number" => "int64",
        "null" => "%!s(<nil>)",
        var kind => kind,
    };

    private static void Write(Utf8JsonWriter writer, JsonNode? node, IReadOnlySet<JsonNode> opened, string name)
    {
        switch (node)
        {
            case JsonObject members:
                writer.WriteStartObject();
                foreach (var (key, value) in Ordered(members, opened.Contains(members) || name is "labels" or "annotations" or "data", name))
                {
                    writer.WritePropertyName(key);
                    Write(writer, value, opened, key);
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                    Write(writer, item, opened, name);
                writer.WriteEndArray();
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer, StoredJson.Options);
                break;
        }
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Ordered(JsonObject members, bool sorted, string name)
    {
        if (sorted)
            return members.OrderBy(member => member.Key, StringComparer.Ordinal);
        var order = name switch { "metadata" => _metadata, "managedFields" => _managed, _ => null };
        return order is null ? members : members.OrderBy(member => Array.IndexOf(order, member.Key) is >= 0 and var at ? at : order.Length);
    }
}
