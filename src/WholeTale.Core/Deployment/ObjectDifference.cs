using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>The fields in which an object as it is and as it would be differ.</summary>
internal static class ObjectDifference
{
    private static readonly string[] Bookkeeping = ["managedFields", "resourceVersion", "generation", "creationTimestamp", "uid", "selfLink"];

    internal static IReadOnlyList<Change> Between(PlannedObject planned, JsonObject before, JsonObject after)
    {
        var changes = new List<Change>();
        Compare("", Stripped(before), Stripped(after), (path, left, right) => changes.Add(Field(planned, path, left, right, FieldOwner.Of(before, path))));
        return changes;
    }

    /// <summary>One field's difference, without a Secret's values.</summary>
    internal static Change Field(PlannedObject planned, string path, JsonNode? before, JsonNode? after, string owner)
    {
        var mask = planned.Reference.Type == ResourceTypes.Secret && path.StartsWith("data", StringComparison.Ordinal);
        return new Change(planned.Reference.Type.Kind, planned.Reference.Name, planned.Component, path, Show(before, mask), Show(after, mask), owner);
    }

    /// <summary>Whether two forms of an object differ in nothing but status and bookkeeping.</summary>
    internal static bool AreEqual(JsonObject left, JsonObject right) => JsonNode.DeepEquals(Stripped(left), Stripped(right));

    /// <summary>An object as it would be where the server did what a manifest says: its values over the object's, without the fields that we alone hold and it lacks. What the server foresees is better.</summary>
    internal static JsonObject Lay(JsonObject manifest, JsonObject live)
    {
        var result = (JsonObject)Lay((JsonNode)manifest, live)!;
        if (AppliedState.Ours(live)?["fieldsV1"] is JsonObject fields)
            TakeAway(result, manifest, fields, "", live);
        return result;
    }

    private static JsonNode? Lay(JsonNode? manifest, JsonNode? live)
    {
        switch (manifest)
        {
            case JsonObject fields when live is JsonObject there:
                var result = (JsonObject)there.DeepClone();
                foreach (var (name, value) in fields)
                {
                    if (value is not null)
                        result[name] = Lay(value, there[name]);
                }

                return result;
            case JsonArray items when live is JsonArray there && items.Count == there.Count:
                return new JsonArray([.. items.Select((item, index) => Lay(item, there[index]))]);
            default:
                return manifest?.DeepClone();
        }
    }

    private static void TakeAway(JsonObject result, JsonObject manifest, JsonObject fields, string path, JsonObject live)
    {
        foreach (var (step, below) in fields)
        {
            if (!step.StartsWith("f:", StringComparison.Ordinal))
                continue;
            var name = step[2..];
            var here = path.Length == 0 ? name : $"{path}.{name}";
            if (manifest[name] is null && FieldOwner.Of(live, here) == Labels.Product)
                result.Remove(name);
            else if (result[name] is JsonObject next && manifest[name] is JsonObject wanted && below is JsonObject deeper)
                TakeAway(next, wanted, deeper, here, live);
        }
    }

    private static JsonObject Stripped(JsonObject item)
    {
        var copy = (JsonObject)item.DeepClone();
        copy.Remove("status");
        if (copy["metadata"] is JsonObject metadata)
        {
            foreach (var field in Bookkeeping)
                metadata.Remove(field);
        }

        return copy;
    }

    private static void Compare(string path, JsonNode? before, JsonNode? after, Action<string, JsonNode?, JsonNode?> differ)
    {
        if (JsonNode.DeepEquals(before, after))
            return;
        if (before is JsonObject left && after is JsonObject right)
        {
            foreach (var key in left.Select(field => field.Key).Union(right.Select(field => field.Key)))
                Compare(path.Length == 0 ? key : $"{path}.{key}", left[key], right[key], differ);
        }
        else if (before is JsonArray old && after is JsonArray now && Names(old) is { } oldNames && Names(now) is { } nowNames)
        {
            foreach (var name in oldNames.Keys.Union(nowNames.Keys))
                Compare($"{path}[{name}]", oldNames.GetValueOrDefault(name), nowNames.GetValueOrDefault(name), differ);
        }
        else if (before is JsonArray { Count: var count } first && after is JsonArray second && count == second.Count)
        {
            for (var i = 0; i < count; i++)
                Compare($"{path}[{i}]", first[i], second[i], differ);
        }
        else
        {
            differ(path, before, after);
        }
    }

    // Containers, volumes, environment and the like are known by name.
    private static Dictionary<string, JsonNode>? Names(JsonArray items)
    {
        var names = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (item.Text("name") is not { Length: > 0 } name || !names.TryAdd(name, item!))
                return null;
        }

        return names;
    }

    private static string? Show(JsonNode? value, bool mask) =>
        value is null ? null : mask ? Secret.Mask : value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String ? scalar.GetValue<string>() : value.ToJsonString();
}
