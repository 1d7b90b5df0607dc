using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>Checks of label selectors in objects, and whether they match.</summary>
internal static class SelectorValidation
{
    public static void Check(JsonNode? selector, string field, List<Cause> causes)
    {
        MetadataValidation.Labels(selector?["matchLabels"], field + ".matchLabels", causes);
        var expressions = selector?["matchExpressions"] as JsonArray ?? [];
        for (var at = 0; at < expressions.Count; at++)
        {
            var path = $"{field}.matchExpressions[{at}]";
            var expression = expressions[at]!;
            var values = expression["values"].Texts();
            switch (expression["operator"].Text())
            {
                case "In" or "NotIn":
                    if (values.Count == 0)
                        causes.Add(Cause.Required(path + ".values", "must be specified when `operator` is 'In' or 'NotIn'"));
                    break;
                case "Exists" or "DoesNotExist":
                    if (values.Count > 0)
                        causes.Add(Cause.Forbidden(path + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
                    break;
                default:
                    causes.Add(Cause.Invalid(path + ".operator", GoSyntax.Quote(expression["operator"].Text() ?? ""), "not a valid selector operator"));
                    break;
            }

            foreach (var problem in Names.QualifiedName(expression["key"].Text() ?? ""))
                causes.Add(Cause.Invalid(path + ".key", GoSyntax.Quote(expression["key"].Text() ?? ""), problem));
            for (var value = 0; value < values.Count; value++)
                causes.AddRange(Names.LabelValue(values[value]).Select(problem => Cause.Invalid($"{path}.values[{value}]", GoSyntax.Quote(values[value]), problem)));
        }
    }

    public static bool IsEmpty(JsonNode? selector) =>
        selector is null || selector["matchLabels"] is not JsonObject { Count: > 0 } && selector["matchExpressions"] is not JsonArray { Count: > 0 };

    public static bool Matches(JsonNode? selector, JsonObject? labels)
    {
        if (IsEmpty(selector))
            return false;
        foreach (var (key, value) in selector!["matchLabels"] as JsonObject ?? [])
        {
            if (labels?[key].Text() != value.Text())
                return false;
        }

        foreach (var expression in (selector["matchExpressions"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var found = labels?[expression["key"].Text() ?? ""].Text();
            var listed = (expression["values"] as JsonArray ?? []).Any(value => value.Text() == found);
            var matches = expression["operator"].Text() switch
            {
                "In" => found is not null && listed,
                "NotIn" => found is null || !listed,
                "Exists" => found is not null,
                "DoesNotExist" => found is null,
                _ => false,
            };
            if (!matches)
                return false;
        }

        return true;
    }

    /// <summary>A selector as Go shows it.</summary>
    public static string Show(JsonNode? selector)
    {
        if (selector is null)
            return "\"null\"";
        var labels = selector["matchLabels"] is JsonObject map ? GoSyntax.Map(map) : "map[string]string(nil)";
        var expressions = selector["matchExpressions"] is JsonArray list
            ? "[]v1.LabelSelectorRequirement{" + string.Join(", ", list.Select(item =>
                $"v1.LabelSelectorRequirement{{Key:{GoSyntax.Quote(item?["key"].Text() ?? "")}, Operator:{GoSyntax.Quote(item?["operator"].Text() ?? "")}, Values:{(item?["values"] is JsonArray values ? GoSyntax.List(values.Select(value => value.Text() ?? "")) : "[]string(nil)")}}}")) + "}"
            : "[]v1.LabelSelectorRequirement(nil)";
        return $"v1.LabelSelector{{MatchLabels:{labels}, MatchExpressions:{expressions}}}";
    }
}
