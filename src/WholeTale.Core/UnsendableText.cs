namespace WholeTale.Core;

/// <summary>Finds in a text what cannot reach a container as it is written.</summary>
/// <remarks>
/// Half of a surrogate pair is no character: JSON is UTF-8, which cannot hold it (RFC 3629, section 3), and a writer would put U+FFFD in its place without a word. NUL ends a text for the
/// system (execve(2)), so that an argument, a variable or a path with one would arrive cut off, or the container would not start. All other characters arrive.
/// </remarks>
internal static class UnsendableText
{
    /// <summary>The first place, counted from 1, of what cannot arrive, and what it is; null where all can.</summary>
    public static (int Place, string What)? Find(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\0')
                return (at + 1, "a NUL (U+0000), where a text ends for a container");
            if (!char.IsSurrogate(text[at]))
                continue;
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
                return (at + 1, $"half of a surrogate pair (U+{(int)text[at]:X4}), which no JSON can hold");
            at++;
        }
        return null;
    }
}
