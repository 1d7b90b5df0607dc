using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Scheduling;

/// <summary>Whether a pod may go to a node by what both say in words: node selector and affinity, taints and tolerations.</summary>
internal static class NodeSelection
{
    /// <summary>nodeSelector and required node affinity (component-helpers, GetRequiredNodeAffinity).</summary>
    public static bool Fits(JsonNode? spec, StoredObject node)
    {
        if (!LabelMatch.Map(spec?["nodeSelector"], node.Labels))
            return false;
        var required = spec?["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"];
        return required is null || required.Items("nodeSelectorTerms").Any(term => Fits(term, node));
    }

    /// <summary>The first taint of such an effect that keeps the pod away; null when it tolerates all.</summary>
    public static JsonObject? Untolerated(JsonNode? spec, IEnumerable<JsonObject> taints, params string[] effects) =>
        taints.FirstOrDefault(taint => effects.Contains(taint["effect"].Text()) && !spec.Items("tolerations").Any(toleration => Tolerates(toleration, taint)));

    private static bool Tolerates(JsonObject toleration, JsonObject taint)
    {
        if (toleration["effect"].Text() is { Length: > 0 } effect && effect != taint["effect"].Text())
            return false;
        var key = toleration["key"].Text() ?? "";
        if (key.Length > 0 && key != taint["key"].Text())
            return false;
        return toleration["operator"].Text() == "Exists" || (key.Length > 0 && (toleration["value"].Text() ?? "") == (taint["value"].Text() ?? ""));
    }

    private static bool Fits(JsonObject term, StoredObject node)
    {
        var expressions = term.Items("matchExpressions").ToList();
        var fields = term.Items("matchFields").ToList();
        return expressions.Count + fields.Count > 0
            && expressions.All(expression => Holds(expression, node.Labels.GetValueOrDefault(expression["key"].Text() ?? "")))
            && fields.All(field => field["key"].Text() == "metadata.name" && Holds(field, node.Name));
    }

    private static bool Holds(JsonObject expression, string? value) => expression["operator"].Text() switch
    {
        "In" => value is not null && expression.Texts("values").Contains(value),
        "NotIn" => value is null || !expression.Texts("values").Contains(value),
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        "Gt" => Compare(value, expression) > 0,
        "Lt" => Compare(value, expression) < 0,
        _ => false,
    };

    private static int? Compare(string? value, JsonObject expression) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var left)
        && long.TryParse(expression.Texts("values").FirstOrDefault(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var right)
            ? left.CompareTo(right)
            : null;
}
