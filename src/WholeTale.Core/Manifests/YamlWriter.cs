using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Core.Manifests;

/// <summary>Writes objects as YAML in block style that every version of YAML reads alike.</summary>
internal static class YamlWriter
{
    /// <summary>Writes one document, without a marker before it.</summary>
    public static string Write(JsonObject document)
    {
        var text = new StringBuilder();
        WriteTable(text, document, 0);
        return text.ToString();
    }

    private static void WriteTable(StringBuilder text, JsonObject table, int indent)
    {
        foreach (var (key, value) in table)
        {
            text.Append(' ', indent).Append(Scalar(key)).Append(':');
            WriteValue(text, value, indent, listIndent: indent);
        }
    }

    private static void WriteList(StringBuilder text, JsonArray list, int indent)
    {
        foreach (var item in list)
        {
            text.Append(' ', indent).Append('-');
            if (item is JsonObject { Count: > 0 } table)
            {
                // The first key stands beside the dash, as people write it.
                var inner = new StringBuilder();
                WriteTable(inner, table, indent + 2);
                text.Append(' ').Append(inner, indent + 2, inner.Length - indent - 2);
            }
            else
            {
                WriteValue(text, item, indent, listIndent: indent + 2);
            }
        }
    }

    private static void WriteValue(StringBuilder text, JsonNode? value, int indent, int listIndent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } table:
                text.Append('\n');
                WriteTable(text, table, indent + 2);
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                WriteList(text, list, listIndent);
                break;
            case JsonObject:
                text.Append(" {}\n");
                break;
            case JsonArray:
                text.Append(" []\n");
                break;
            case JsonValue json when json.TryGetValue<string>(out var words):
                if (IsBlock(words))
                    WriteBlock(text, words, indent + 2);
                else
                    text.Append(' ').Append(Scalar(words)).Append('\n');
                break;
            default:
                text.Append(' ').Append(value is null ? "null" : value.ToJsonString()).Append('\n');
                break;
        }
    }

    private static void WriteBlock(StringBuilder text, string words, int indent)
    {
        var ends = words[^1] == '\n';
        text.Append(ends ? " |\n" : " |-\n");
        foreach (var line in (ends ? words[..^1] : words).Split('\n'))
        {
            if (line.Length > 0)
                text.Append(' ', indent).Append(line);
            text.Append('\n');
        }
    }

    // A text of several lines goes into a literal block where that is simple and exact; whatever is odd (blanks at a line's edge, several newlines at the end, characters that cannot be seen) is quoted.
    private static bool IsBlock(string words) =>
        words.Length > 1
        && words.Contains('\n', StringComparison.Ordinal)
        && !words.EndsWith("\n\n", StringComparison.Ordinal)
        && words[0] is not ('\n' or ' ' or '\t')
        && words.Split('\n').All(line => line.Length == 0 || (line[^1] is not (' ' or '\t') && line[0] != '\t' && line.EnumerateRunes().All(rune => rune.Value == '\t' || IsVisible(rune))));

    private static string Scalar(string words) => IsPlain(words) ? words : Quote(words);

    private static bool IsPlain(string words) =>
        words.Length > 0
        && (char.IsAsciiLetter(words[0]) || words[0] is '/' or '_')
        && words.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or '/')
        && PlainScalar.IsText(words);

    private static string Quote(string words)
    {
        var text = new StringBuilder(words.Length + 2).Append('"');
        foreach (var rune in words.EnumerateRunes())
        {
            text.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                _ when IsVisible(rune) => rune.ToString(),
                <= 0xFF => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}"),
                <= 0xFFFF => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
            });
        }
        return text.Append('"').ToString();
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);
}
