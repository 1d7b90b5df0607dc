using System.Text;

namespace WholeTale.Simulator.Kubelet;

/// <summary>Scripts of a few commands joined by <c>;</c>, <c>&amp;&amp;</c>, <c>||</c> and newlines, with quotes, variables and <c>&gt; file</c>.</summary>
internal static class ShellScript
{
    public static ShellResult Run(string script, ShellContext context)
    {
        var trimmed = script.Trim();
        // Loops are not interpreted: the usual ones wait for ever.
        if (trimmed.StartsWith("while true", StringComparison.Ordinal) || trimmed.StartsWith("while :", StringComparison.Ordinal))
            return ShellResult.Endless;
        using var output = new MemoryStream();
        var error = new StringBuilder();
        var last = ShellResult.Success("");
        var took = TimeSpan.Zero;
        var reads = false;
        foreach (var (join, words) in Split(script, context))
        {
            if ((join == "&&" && last.ExitCode != 0) || (join == "||" && last.ExitCode == 0) || words.Count == 0)
                continue;
            if (words[0] is "while" or "for" or "until" && (words.Contains("true") || words.Contains(":")))
                return ShellResult.Endless with { Output = output.ToArray() };
            last = Command(words, context);
            output.Write(last.Output);
            error.Append(last.Error);
            if (last.Took == Timeout.InfiniteTimeSpan)
                return last with { Output = output.ToArray(), Error = error.ToString() };
            took += last.Took;
            reads |= last.ReadsInput;
            if (last.Exits)
                break;
        }

        return new ShellResult("", error.ToString(), last.ExitCode) { Output = output.ToArray(), Took = took, ReadsInput = reads, Exits = last.Exits };
    }

    private static ShellResult Command(List<string> words, ShellContext context)
    {
        var to = words.FindIndex(word => word is ">" or ">>" or "1>" or "2>" or "1>&2" or ">&2" or "2>&1");
        if (to < 0)
            return Shell.Run(words, context);
        var result = Shell.Run(words[..to], context);
        switch (words[to])
        {
            case ">&2" or "1>&2":
                return result with { Output = [], Error = Encoding.UTF8.GetString(result.Output) + result.Error };
            case "2>&1":
                return result with { Output = [.. result.Output, .. Encoding.UTF8.GetBytes(result.Error)], Error = "" };
            case "2>":
                return result with { Error = "" };
        }

        if (to + 1 < words.Count && words[to + 1] != "/dev/null")
        {
            byte[] before = words[to] == ">>" ? context.Read(words[to + 1]) ?? [] : [];
            if (!context.Write(words[to + 1], [.. before, .. result.Output]))
                return new ShellResult("", "sh: write error: No space left on device\n", 1);
        }

        return result with { Output = [] };
    }

    private static IEnumerable<(string Join, List<string> Words)> Split(string script, ShellContext context)
    {
        var join = ";";
        var words = new List<string>();
        var word = new StringBuilder();
        var quoted = false;
        for (var i = 0; i <= script.Length; i++)
        {
            var character = i < script.Length ? script[i] : ';';
            if (character is '\'' or '"')
            {
                quoted = true;
                var end = script.IndexOf(character, i + 1);
                end = end < 0 ? script.Length : end;
                var inside = script[(i + 1)..end];
                word.Append(character == '"' ? Expand(inside, context) : inside);
                i = end;
                continue;
            }

            if (!char.IsWhiteSpace(character) && character is not (';' or '&' or '|'))
            {
                word.Append(character);
                continue;
            }

            // 2>&1 and >&2 hold an ampersand that separates nothing.
            if (character == '&' && word.ToString() is ">" or "1>" or "2>")
            {
                word.Append(character);
                continue;
            }

            if (word.Length > 0 || quoted)
            {
                words.Add(quoted ? word.ToString() : Expand(word.ToString(), context));
                word.Clear();
                quoted = false;
            }

            if (character is ' ' or '\t')
                continue;
            yield return (join, words);
            words = [];
            join = ";";
            if (character is '&' or '|' && i + 1 < script.Length && script[i + 1] == character)
            {
                join = new string(character, 2);
                i++;
            }
        }
    }

    private static string Expand(string text, ShellContext context)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
            return text;
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            var braces = text[i + 1] == '{';
            var start = i + (braces ? 2 : 1);
            var end = start;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
                end++;
            result.Append(context.Environment.GetValueOrDefault(text[start..end], ""));
            i = braces && end < text.Length ? end : end - 1;
        }

        return result.ToString();
    }
}
