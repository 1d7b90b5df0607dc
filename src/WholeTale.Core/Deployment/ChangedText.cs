namespace WholeTale.Core.Deployment;

/// <summary>Shortens the two values of a change to a line each, in which one sees what differs.</summary>
internal static class ChangedText
{
    private const int Longest = 100;
    private const int Context = 30;

    /// <summary>Of texts of several lines the first line that differs, of long lines the part around the first difference.</summary>
    internal static (string? Before, string? After) Shorten(string? before, string? after)
    {
        var (old, now) = (Lines(before), Lines(after));
        if (old.Length < 2 && now.Length < 2)
            return Cut(before, after);
        var first = old.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        var (left, right) = Cut(old.ElementAtOrDefault(first), now.ElementAtOrDefault(first));
        return (Tell(before, old, first, left), Tell(after, now, first, right));
    }

    private static string[] Lines(string? text) => text is null ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');

    private static string? Tell(string? text, string[] lines, int first, string? line) =>
        text is null ? null
        : line is not null && lines.Length > 1 ? $"line {first + 1} of {lines.Length}: {line}"
        : line ?? $"{Counted.Of(lines.Length, "line")}, the last {(text.EndsWith('\n') ? "with" : "without")} a line break";

    private static (string? Before, string? After) Cut(string? before, string? after)
    {
        var from = 0;
        if (before is not null && after is not null && Math.Max(before.Length, after.Length) > Longest)
            from = Math.Max(0, before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count() - Context);
        return (Cut(before, from), Cut(after, from));
    }

    // The two share what is left out, so a character of two UTF-16 units is cut in half in neither.
    private static string? Cut(string? text, int from)
    {
        if (text is null)
            return null;
        if (from > 0 && from < text.Length && char.IsLowSurrogate(text[from]))
            from--;
        return Excerpt.Of((from > 0 ? $"…{text[from..]}" : text).Replace("\r", "\\r", StringComparison.Ordinal), Longest);
    }
}
