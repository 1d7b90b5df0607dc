using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>Values as Go's <c>%q</c> and <c>%#v</c> show them in messages.</summary>
internal static class GoSyntax
{
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            quoted = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(c) => quoted.Append("\\x").Append(((int)c).ToString("x2", System.Globalization.CultureInfo.InvariantCulture)),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A map of strings: <c>map[string]string{"a":"b"}</c>.</summary>
    public static string Map(JsonObject? map) => map is null
        ? "map[string]string(nil)"
        : "map[string]string{" + string.Join(", ", map.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => Quote(pair.Key) + ":" + Quote(pair.Value.Text() ?? ""))) + "}";

    /// <summary>A list of strings: <c>[]string{"a"}</c>.</summary>
    public static string List(IEnumerable<string> items) => "[]string{" + string.Join(", ", items.Select(Quote)) + "}";

    /// <summary>A number.</summary>
    public static string Number(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A scalar.</summary>
    public static string Value(JsonNode? node) => node.Text() is { } text ? Quote(text) : node is null ? "\"null\"" : node.ToJsonString(StoredJson.Options);
}
