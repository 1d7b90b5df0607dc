using System.Text.Json;
using YamlDotNet.Core;

namespace WholeTale.Simulator.Api;

/// <summary>Syntax errors in the words of Go's decoders.</summary>
internal static class GoErrors
{
    public static string Json(JsonException broken, ReadOnlySpan<byte> utf8) => GoJsonScanner.Problem(utf8) ?? broken.Message;

    public static string Yaml(YamlException broken)
    {
        var problem = broken.Message;
        var end = problem.IndexOf("): ", StringComparison.Ordinal);
        if (end >= 0 && problem.StartsWith('('))
            problem = problem[(end + 3)..];
        // libyaml tells the circumstance first, go-yaml does not.
        if (problem.LastIndexOf(", did not find", StringComparison.Ordinal) is > 0 and var comma)
            problem = problem[(comma + 2)..];
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
