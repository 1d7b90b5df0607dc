using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>
/// Tells whether applying a manifest would change nothing, so that the request can be left out. It would not where the object has every value of the
/// manifest already, and our field manager holds nothing that the manifest lacks (what it lacks would be taken away; KEP-555).
/// Says no whenever it is not sure: then the request is sent and the server decides.
/// </summary>
internal static class AppliedState
{
    internal static bool Holds(JsonObject manifest, JsonObject live)
    {
        if (live.IsDeleting())
            return false;
        var ours = Ours(live);
        return ours is not null
            && ours.Text("apiVersion") == manifest.Text("apiVersion")
            && ours["fieldsV1"] is JsonObject fields
            && Has(manifest, fields)
            && Contains(live, manifest, fields);
    }

    /// <summary>Whether a dry run gave the object back as it is: the same fields, and the same ones held by us.</summary>
    internal static bool IsUntouched(JsonObject live, JsonObject after) =>
        !live.IsDeleting() && live.Uid() == after.Uid() && ObjectDifference.AreEqual(live, after) && JsonNode.DeepEquals(Ours(live)?["fieldsV1"], Ours(after)?["fieldsV1"]);

    // Whether the manifest has every field of a fieldsV1 set.
    private static bool Has(JsonNode? manifest, JsonObject fields)
    {
        foreach (var (key, below) in fields)
        {
            if (key == ".")
                continue;
            var next = FieldStep.Next(manifest, key);
            if (next is null || (below is JsonObject { Count: > 0 } deeper && !Has(next, deeper)))
                return false;
        }

        return true;
    }

    /// <summary>What our applies hold of an object, an entry of its managedFields; null where that is nothing.</summary>
    internal static JsonObject? Ours(JsonObject item) => item.Items("metadata", "managedFields")
        .FirstOrDefault(entry => entry.Text("manager") == Labels.Product && entry.Text("operation") == "Apply" && entry.Text("subresource").Length == 0);

    private static bool Contains(JsonNode? live, JsonNode? wanted, JsonObject? owned) => wanted switch
    {
        null => true,
        JsonObject fields => live is JsonObject there && fields.All(field =>
            Contains(there[field.Key], field.Value, owned?[$"f:{field.Key}"] as JsonObject) || IsLeftOut(there, field.Key, field.Value, owned)),
        JsonArray { Count: 0 } => live is null or JsonArray { Count: 0 },
        JsonArray items => live is JsonArray there && there.Count == items.Count && items.Select((item, index) => Contains(there[index], item, OfItem(owned, item))).All(same => same),
        JsonValue value => live is JsonValue there && Same(there, value),
        _ => false,
    };

    // The server leaves empty text out of what it answers (Go's omitempty), and keeps that we set it.
    private static bool IsLeftOut(JsonObject live, string field, JsonNode? wanted, JsonObject? owned) =>
        !live.ContainsKey(field) && wanted is JsonValue value && value.TryGetValue<string>(out var text) && text.Length == 0 && owned?.ContainsKey($"f:{field}") == true;

    private static JsonObject? OfItem(JsonObject? owned, JsonNode? item) => owned?
        .FirstOrDefault(pair => pair.Key.StartsWith("k:", StringComparison.Ordinal) && JsonNode.Parse(pair.Key[2..]) is JsonObject keys && FieldStep.IsNamed(item, keys)).Value as JsonObject;

    private static bool Same(JsonValue live, JsonValue wanted) => (live.GetValueKind(), wanted.GetValueKind()) switch
    {
        (JsonValueKind.String, JsonValueKind.String) => live.GetValue<string>() == wanted.GetValue<string>(),
        (JsonValueKind.Number, JsonValueKind.Number) => live.ToJsonString() == wanted.ToJsonString(),
        var (left, right) => left == right,
    };
}
