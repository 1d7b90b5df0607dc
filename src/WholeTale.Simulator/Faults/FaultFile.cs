using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace WholeTale.Simulator.Faults;

/// <summary>Rules as JSON: a list of objects; unknown members are refused, so that a misspelt one is not taken for "matches all".</summary>
internal static class FaultFile
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private static readonly string[] _places = ["api", "watch", "image", "container", "hook", "probe", "eviction", "claim", "ingress", "service", "node", "backend", "restart", "gke", "token"];
    private static readonly string[] _actions = ["status", "reset", "latency", "throttle", "break", "drop", "stall", "stale", "expire", "fail", "hang", "refuse"];

    /// <exception cref="FormatException">The text is no list of rules; the message says where.</exception>
    public static IReadOnlyList<FaultRule> Parse(string text)
    {
        FaultRule[] rules;
        try
        {
            rules = JsonSerializer.Deserialize<FaultRule[]>(text, _options) ?? [];
        }
        catch (JsonException exception)
        {
            throw new FormatException($"The rules of faults cannot be read: {exception.Message} Give a JSON list of rules as in docs/simulator.md.", exception);
        }

        for (var i = 0; i < rules.Length; i++)
        {
            if (!_places.Contains(rules[i].On))
                throw new FormatException($"Rule {i} of the faults has on: \"{rules[i].On}\", which is no place. Use one of: {string.Join(", ", _places)}.");
            if (rules[i].Action is { } action && !_actions.Contains(action))
                throw new FormatException($"Rule {i} of the faults has action: \"{action}\", which is unknown. Use one of: {string.Join(", ", _actions)}.");
            if (rules[i].Probability is < 0 or > 1)
                throw new FormatException($"Rule {i} of the faults has probability: {rules[i].Probability}. Give a number from 0 to 1.");
        }

        return rules;
    }

    public static JsonNode ToJson(IReadOnlyList<FaultRule> rules) => JsonSerializer.SerializeToNode(rules, _options)!;
}
