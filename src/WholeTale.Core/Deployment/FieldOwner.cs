using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Finds who holds a field, from an object's managedFields.</summary>
internal static class FieldOwner
{
    // What clients are called that people and their pipelines use, where they do not say it themselves: the beginning of the User-Agent. Lens is a node-fetch, Kubernetes' client for Python an
    // OpenAPI-Generator, Terraform a HashiCorp, Invoke-RestMethod and browsers a Mozilla.
    private static readonly HashSet<string> Tools = new(StringComparer.OrdinalIgnoreCase) { "kubectl", "helm", "k9s", "node-fetch", "OpenAPI-Generator", "HashiCorp", "GoogleCloudConsole", "dashboard", "Mozilla", "curl" };

    /// <summary>
    /// Whether an entry of managedFields is of somebody who changes objects on purpose: whoever but us applies, and who updates by a tool of people's. All others that update are taken for controllers,
    /// which every cluster has others of, under names of their own (in k3s all are <c>k3s</c>).
    /// </summary>
    internal static bool IsSomebody(JsonObject entry) =>
        entry.Text("subresource") is "" or "scale"
        && entry.Text("manager") is var manager && manager != Labels.Product
        && (entry.Text("operation") == "Apply" || Tools.Contains(manager) || manager.StartsWith("kubectl-", StringComparison.Ordinal));

    /// <summary>Whether a controller has set a field by the scale subresource: an autoscaler, whose work that is.</summary>
    internal static bool IsAutoscaled(JsonObject item, string path) => item.Items("metadata", "managedFields")
        .Any(entry => entry.Text("subresource") == "scale" && !IsSomebody(entry) && entry["fieldsV1"] is JsonObject fields && Has(fields, Split(path)));

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
