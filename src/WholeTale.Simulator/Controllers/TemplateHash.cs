using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace WholeTale.Simulator.Controllers;

/// <summary>
/// The hash of a pod template in a name: FNV-1a over the template, its decimal digits and letters put in an alphabet without vowels
/// (controller_utils.go, ComputeHash; rand.SafeEncodeString). Plain templates are hashed as Go prints them, others as JSON.
/// </summary>
internal static class TemplateHash
{
    private static readonly JsonSerializerOptions _go = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static string Of(JsonNode? template, long? collisions = null) =>
        OfText((GoTemplate.Print(template) ?? template?.ToJsonString() ?? "") + collisions?.ToString(CultureInfo.InvariantCulture));

    /// <summary>The hash of a text: FNV-1a.</summary>
    public static string OfText(string text)
    {
        var hash = 2166136261u;
        foreach (var part in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ part) * 16777619;
        return Safe(hash.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The hash in the name of a ControllerRevision: FNV-1 over its data as Go writes it (controller_history.go, HashControllerRevision).</summary>
    public static string OfRevision(JsonNode data, long collisions)
    {
        var hash = 2166136261u;
        foreach (var part in Encoding.UTF8.GetBytes(Sorted(data)!.ToJsonString(_go) + collisions.ToString(CultureInfo.InvariantCulture)))
            hash = (hash * 16777619) ^ part;
        return Safe(hash.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The same text in the alphabet of generated names.</summary>
    public static string Safe(string text) => string.Concat(text.Select(character => Alphabet[character % Alphabet.Length]));

    // Go marshals maps in the order of their keys.
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
