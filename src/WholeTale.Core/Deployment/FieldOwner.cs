using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Finds who holds a field, from an object's managedFields.</summary>
internal static class FieldOwner
{
    internal static string Of(JsonObject item, string path)
    {
        var steps = Split(path);
        var owners = item.Items("metadata", "managedFields")
            .Where(entry => entry["fieldsV1"] is JsonObject fields && Has(fields, steps))
            .Select(entry => entry.Text("manager"))
            .Distinct(StringComparer.Ordinal);
        return string.Join(", ", owners);
    }

    // "a.b[name].c" to a, b, [name], c; keys with dots in them (labels) are found by the longest match below.
    private static List<string> Split(string path) =>
        [.. path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries)];

    private static bool Has(JsonObject fields, List<string> steps)
    {
        if (steps.Count == 0)
            return true;
        for (var length = steps.Count; length > 0; length--)
        {
            var step = string.Join('.', steps.Take(length));
            if (Next(fields, step) is { } next)
                return next.Count == 0 || Has(next, [.. steps.Skip(length)]);
        }

        return false;
    }

    private static JsonObject? Next(JsonObject fields, string step)
    {
        if (!step.StartsWith('['))
            return fields[$"f:{step}"] as JsonObject;
        var name = step[1..^1];
        return fields.FirstOrDefault(field => field.Key.StartsWith("k:", StringComparison.Ordinal) && JsonNode.Parse(field.Key[2..]).Text("name") == name).Value as JsonObject;
    }
}
