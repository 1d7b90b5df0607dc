using System.Text;

namespace WholeTale.Core.Tales;

/// <summary>Splits a command line into words as a POSIX shell does (IEEE Std 1003.1, Shell Command Language, 2.2 Quoting and 2.3 Token Recognition).</summary>
/// <remarks>Only quoting counts: there is no shell in between, so <c>$</c>, <c>*</c>, <c>;</c>, <c>|</c> and <c>#</c> stand for themselves.</remarks>
internal static class CommandLine
{
    /// <summary>Splits.</summary>
    /// <exception cref="FormatException">A quote is not closed, or nothing follows a backslash.</exception>
    public static IReadOnlyList<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var begun = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case ' ' or '\t' or '\n':
                    if (begun)
                        words.Add(word.ToString());
                    word.Clear();
                    begun = false;
                    break;
                case '\'':
                    begun = true;
                    i = ReadSingle(text, i, word);
                    break;
                case '"':
                    begun = true;
                    i = ReadDouble(text, i, word);
                    break;
                case '\\' when i + 1 == text.Length:
                    throw new FormatException("it ends with a backslash that nothing follows");
                case '\\' when text[i + 1] == '\n':
                    // A line that is continued: both characters vanish.
                    i++;
                    break;
                case '\\':
                    begun = true;
                    word.Append(text[++i]);
                    break;
                default:
                    begun = true;
                    word.Append(text[i]);
                    break;
            }
        }
        if (begun)
            words.Add(word.ToString());
        return words;
    }

    private static int ReadSingle(string text, int begin, StringBuilder word)
    {
        var end = text.IndexOf('\'', begin + 1);
        if (end < 0)
            throw new FormatException($"the quote ' at character {begin + 1} is not closed");
        word.Append(text, begin + 1, end - begin - 1);
        return end;
    }

    private static int ReadDouble(string text, int begin, StringBuilder word)
    {
        for (var i = begin + 1; i < text.Length; i++)
        {
            if (text[i] == '"')
                return i;
            // Within double quotes a backslash quotes only what would be special there.
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '$' or '`' or '"' or '\\' or '\n')
            {
                if (text[++i] != '\n')
                    word.Append(text[i]);
                continue;
            }
            word.Append(text[i]);
        }
        throw new FormatException($"the quote \" at character {begin + 1} is not closed");
    }
}
