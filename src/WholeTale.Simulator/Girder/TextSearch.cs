using System.Text.RegularExpressions;

namespace WholeTale.Simulator.Girder;

/// <summary>Mongo's text search in outline: any of the words will do, but phrases in quotes must all be there.</summary>
internal static partial class TextSearch
{
    public static bool Matches(string search, string text)
    {
        var phrases = Phrase().Matches(search).Select(match => match.Groups[1].Value).Where(phrase => phrase.Length > 0).ToList();
        if (phrases.Count > 0)
            return phrases.All(phrase => text.Contains(phrase, StringComparison.OrdinalIgnoreCase));
        var words = Word().Matches(text).Select(match => match.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Word().Matches(search).Any(match => words.Contains(match.Value));
    }

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Phrase();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
