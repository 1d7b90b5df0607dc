using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Controllers;

/// <summary>Whether labels fit a selector as objects carry it: <c>matchLabels</c> and <c>matchExpressions</c>, or a plain map.</summary>
internal static class LabelMatch
{
    public static bool Selects(JsonNode? selector, IReadOnlyDictionary<string, string> labels) =>
        selector is JsonObject both && Map(both["matchLabels"], labels) && (both["matchExpressions"] as JsonArray ?? []).All(expression => Holds(expression, labels));

    public static bool Map(JsonNode? wanted, IReadOnlyDictionary<string, string> labels) =>
        (wanted as JsonObject ?? []).All(label => labels.TryGetValue(label.Key, out var value) && value == (string?)label.Value);

    private static bool Holds(JsonNode? expression, IReadOnlyDictionary<string, string> labels)
    {
        var has = labels.TryGetValue((string?)expression?["key"] ?? "", out var value);
        var values = (expression?["values"] as JsonArray ?? []).Select(item => (string?)item);
        return (string?)expression?["operator"] switch
        {
            "In" => has && values.Contains(value),
            "NotIn" => !has || !values.Contains(value),
            "Exists" => has,
            "DoesNotExist" => !has,
            _ => false,
        };
    }
}
