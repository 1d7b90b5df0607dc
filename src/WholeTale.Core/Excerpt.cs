namespace WholeTale.Core;

/// <summary>Shortens texts that others wrote, so that they can be told of.</summary>
internal static class Excerpt
{
    /// <summary>A text as it is, or its beginning with an ellipsis; a character of two UTF-16 units is not cut in half.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">How many UTF-16 units of it are kept at most.</param>
    internal static string Of(string text, int longest) =>
        text.Length <= longest ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)}…";

    /// <summary>The first line of a text.</summary>
    internal static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd('\r');
}
