using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Whether labels fit a selector as objects carry it: <c>matchLabels</c> and <c>matchExpressions</c>, or a plain map.</summary>
internal static class LabelMatch
{
    public static bool Selects(JsonNode? selector, IReadOnlyDictionary<string, string> labels) =>
        selector is JsonObject both && Map(both["matchLabels"], labels) && (both["matchExpressions"] as JsonArray ?? []).All(expression => Holds(expression, labels));

    public static bool Map(JsonNode? wanted, IReadOnlyDictionary<string, string> labels) =>
        (wanted as JsonObject ?? []).All(label => labels.TryGetValue(label.Key, out var value) && value == (string?)label.Value);

    /// <summary>The objects of a namespace that fit a selector.</summary>
    public static IEnumerable<StoredObject> Find(World world, Kind kind, string ns, JsonNode? selector) =>
        Candidates(world, kind, ns, selector?["matchLabels"]).Where(stored => Selects(selector, stored.Labels));

    /// <summary>The objects of a namespace that have all labels of a map.</summary>
    public static IEnumerable<StoredObject> FindMap(World world, Kind kind, string ns, JsonObject wanted) =>
        Candidates(world, kind, ns, wanted).Where(stored => Map(wanted, stored.Labels));

    private static IReadOnlyList<StoredObject> Candidates(World world, Kind kind, string ns, JsonNode? wanted) => wanted is JsonObject { Count: > 0 } labels
        ? world.Store.Labelled(kind, ns, labels.Select(label => IndexKey.Label(label.Key, label.Value.Text() ?? "")))
        : world.Store.List(kind, ns).Items;

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
