using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Controllers;

/// <summary>
/// The hash of a pod template in a name: FNV-1a over the template, its decimal digits and letters put in an alphabet without vowels
/// (controller_utils.go, ComputeHash; rand.SafeEncodeString). Plain templates are hashed as Go prints them, others as JSON.
/// </summary>
internal static class TemplateHash
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static string Of(JsonNode? template, long? collisions = null)
    {
        var hash = 2166136261u;
        foreach (var part in Encoding.UTF8.GetBytes((GoTemplate.Print(template) ?? template?.ToJsonString() ?? "") + (collisions is null ? "" : collisions.Value.ToString(CultureInfo.InvariantCulture))))
            hash = (hash ^ part) * 16777619;
        return Safe(hash.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The same text in the alphabet of generated names.</summary>
    public static string Safe(string text) => string.Concat(text.Select(character => Alphabet[character % Alphabet.Length]));
}
