using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api.Printing;

/// <summary>Values as cells show them.</summary>
internal static class Values
{
    public const string None = "<none>";

    public static string Name(JsonObject content) => content["metadata"]?["name"].Text() ?? "";

    public static string Age(JsonObject content, DateTimeOffset now) => Since(content["metadata"]?["creationTimestamp"].Text(), now);

    public static string Since(string? time, DateTimeOffset now) =>
        time is not null && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then)
            ? HumanDuration.Format(now - then)
            : "<unknown>";

    public static string OrNone(string? text) => string.IsNullOrEmpty(text) ? None : text;

    public static long Count(JsonNode? node) => node.Number() ?? 0;

    public static long Items(JsonNode? node) => node switch
    {
        JsonObject members => members.Count,
        JsonArray items => items.Count,
        _ => 0,
    };

    /// <summary>A selector: <c>a=b,c in (d,e)</c>.</summary>
    public static string Selector(JsonNode? selector)
    {
        var labels = Labels(selector?["matchLabels"] as JsonObject).ToList();
        foreach (var expression in (selector?["matchExpressions"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var key = expression["key"].Text();
            var values = string.Join(',', (expression["values"] as JsonArray ?? []).Select(value => value.Text()).Order(StringComparer.Ordinal));
            labels.Add(expression["operator"].Text() switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "Exists" => key!,
                _ => "!" + key,
            });
        }

        return labels.Count == 0 ? None : string.Join(',', labels);
    }

    public static string LabelText(JsonNode? map) => Labels(map as JsonObject) is var labels && labels.Any() ? string.Join(',', labels) : None;

    public static string Containers(JsonNode? podSpec) => Join(podSpec, "name");

    public static string Images(JsonNode? podSpec) => Join(podSpec, "image");

    public static string AccessModes(JsonNode? modes) => string.Join(',', (modes as JsonArray ?? []).Select(mode => mode.Text() switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        var other => other,
    }).Distinct());

    private static IOrderedEnumerable<string> Labels(JsonObject? map) =>
        (map ?? []).Select(pair => pair.Key + "=" + pair.Value.Text()).Order(StringComparer.Ordinal);

    private static string Join(JsonNode? podSpec, string member) =>
        string.Join(',', (podSpec?["containers"] as JsonArray ?? []).Select(container => container?[member].Text()));
}
