using System.Globalization;
using System.Text;
using System.Text.Json;
using YamlDotNet.Core;

namespace WholeTale.Simulator.Api;

/// <summary>Syntax errors in the words of Go's decoders.</summary>
internal static class GoErrors
{
    public static string Json(JsonException broken, ReadOnlySpan<byte> utf8)
    {
        if (broken.BytePositionInLine is not { } column || broken.LineNumber is not { } line)
            return broken.Message;
        var at = 0;
        for (var skipped = 0L; skipped < line && at < utf8.Length; at++)
        {
            if (utf8[at] == '\n')
                skipped++;
        }

        at += (int)column;
        if (at >= utf8.Length)
            return "unexpected end of JSON input";
        var found = Encoding.UTF8.GetString(utf8[at..Math.Min(utf8.Length, at + 4)])[0];
        var shown = found is '\'' ? "'\\''" : found is '"' ? "'\"'" : char.IsControl(found) ? $"'\\x{((int)found).ToString("x2", CultureInfo.InvariantCulture)}'" : $"'{found}'";
        foreach (var literal in new[] { "null", "true", "false" })
        {
            var length = 0;
            while (length < at && char.IsAsciiLetter((char)utf8[at - 1 - length]))
                length++;
            if (length > 0 && length < literal.Length && utf8[(at - length)..at].SequenceEqual(Encoding.ASCII.GetBytes(literal[..length])))
                return $"invalid character {shown} in literal {literal} (expecting '{literal[length]}')";
        }

        var before = at - 1;
        while (before >= 0 && utf8[before] is (byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r')
            before--;
        var context = before < 0 ? "looking for beginning of value" : (char)utf8[before] switch
        {
            '{' => "looking for beginning of object key string",
            ',' or ':' or '[' => "looking for beginning of value",
            _ => "after object key:value pair",
        };
        return $"invalid character {shown} {context}";
    }

    public static string Yaml(YamlException broken)
    {
        var problem = broken.Message;
        var end = problem.IndexOf("): ", StringComparison.Ordinal);
        if (end >= 0 && problem.StartsWith('('))
            problem = problem[(end + 3)..];
        problem = problem switch
        {
            _ when problem.Contains("flow sequence", StringComparison.Ordinal) => "did not find expected ',' or ']'",
            _ when problem.Contains("flow mapping", StringComparison.Ordinal) => "did not find expected ',' or '}'",
            _ when problem.Contains("block mapping", StringComparison.Ordinal) => "did not find expected key",
            _ when problem.Contains("block collection", StringComparison.Ordinal) => "did not find expected '-' indicator",
            _ => problem.Length > 0 ? char.ToLowerInvariant(problem[0]) + problem[1..].TrimEnd('.') : "did not find expected <document start>",
        };
        // go-yaml counts lines from 0 in errors of its parser, and from 1 in those of its scanner.
        var line = broken.Start.Line - (broken is SyntaxErrorException ? 0 : 1);
        return line > 0 ? $"yaml: line {line}: {problem}" : $"yaml: {problem}";
    }
}
