using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace WholeTale.Simulator.Patching;

/// <summary>Reads YAML as the API server does (sigs.k8s.io/yaml on go-yaml v2): scalars resolve by YAML 1.1, so an unquoted <c>on</c> is true.</summary>
internal static partial class YamlReader
{
    private const int _depth = 256;
    private const int _nodes = 1_000_000;

    /// <exception cref="YamlException">The text is not YAML.</exception>
    public static JsonNode? Parse(string text)
    {
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        if (parser.TryConsume<StreamEnd>(out _))
            return null;
        parser.Consume<DocumentStart>();
        var anchors = new Dictionary<AnchorName, JsonNode?>();
        var count = 0;
        return Read(parser, anchors, 0, ref count);
    }

    private static JsonNode? Read(Parser parser, Dictionary<AnchorName, JsonNode?> anchors, int depth, ref int count)
    {
        if (depth > _depth || ++count > _nodes)
            throw new YamlException("document contains excessive aliasing");
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!anchors.TryGetValue(alias.Value, out var node))
                throw new YamlException(alias.Start, alias.End, $"unknown anchor '{alias.Value}' referenced");
            count += Weigh(node);
            return node?.DeepClone();
        }

        JsonNode? value;
        AnchorName anchor;
        if (parser.TryConsume<MappingStart>(out var mapping))
        {
            anchor = mapping.Anchor;
            var members = new JsonObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = parser.Consume<Scalar>();
                var member = Read(parser, anchors, depth + 1, ref count);
                if (key.Value == "<<" && key.Style == ScalarStyle.Plain)
                    MergeKey(members, member);
                else
                    members[KeyText(key)] = member;
            }

            value = members;
        }
        else if (parser.TryConsume<SequenceStart>(out var sequence))
        {
            anchor = sequence.Anchor;
            var items = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
                items.Add(Read(parser, anchors, depth + 1, ref count));
            value = items;
        }
        else
        {
            var scalar = parser.Consume<Scalar>();
            anchor = scalar.Anchor;
            value = Resolve(scalar);
        }

        if (!anchor.IsEmpty)
            anchors[anchor] = value?.DeepClone();
        return value;
    }

    private static int Weigh(JsonNode? node) => node switch
    {
        JsonObject members => 1 + members.Sum(member => Weigh(member.Value)),
        JsonArray items => 1 + items.Sum(Weigh),
        _ => 1,
    };

    private static void MergeKey(JsonObject members, JsonNode? merged)
    {
        foreach (var source in merged is JsonArray list ? list.OfType<JsonObject>() : merged is JsonObject one ? [one] : [])
        {
            foreach (var (name, value) in source)
            {
                if (!members.ContainsKey(name))
                    members[name] = value?.DeepClone();
            }
        }
    }

    // Keys become strings whatever they were: true is "true".
    private static string KeyText(Scalar key) => Resolve(key) switch
    {
        null => "null",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        var value => value.ToJsonString(),
    };

    private static JsonValue? Resolve(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || !scalar.Tag.IsEmpty && scalar.Tag.Value.EndsWith(":str", StringComparison.Ordinal))
            return JsonValue.Create(text);
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return JsonValue.Create(true);
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return JsonValue.Create(false);
            default:
                break;
        }

        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (Integer(plain) is { } integer)
            return JsonValue.Create(integer);
        return Float().IsMatch(plain) && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }

    private static long? Integer(string text)
    {
        var sign = text is ['-', ..] ? -1L : 1L;
        var digits = text is ['-' or '+', ..] ? text[1..] : text;
        try
        {
            if (digits.Length == 0 || !char.IsAsciiDigit(digits[0]))
                return null;
            if (digits is ['0', 'x' or 'X', _, ..])
                return digits[2..].All(char.IsAsciiHexDigit) ? sign * Convert.ToInt64(digits[2..], 16) : null;
            if (digits is ['0', 'b' or 'B', _, ..])
                return digits[2..].All(c => c is '0' or '1') ? sign * Convert.ToInt64(digits[2..], 2) : null;
            if (!digits.All(char.IsAsciiDigit))
                return null;
            if (digits is ['0', _, ..])
                return digits.All(c => c is >= '0' and <= '7') ? sign * Convert.ToInt64(digits, 8) : null;
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Float();
}
