using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WholeTale.Core.Manifests;

/// <summary>What an unquoted word of YAML means, and whether YAML 1.1, which API servers read, and YAML 1.2 agree about it.</summary>
internal static partial class PlainScalar
{
    /// <summary>Reads an unquoted word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="value">Null, a Boolean, a number or the word as text.</param>
    /// <returns>False where one version of YAML takes it for text and the other does not.</returns>
    public static bool TryRead(string word, out JsonNode? value)
    {
        if (IsSurelyText(word))
        {
            value = JsonValue.Create(word);
            return true;
        }
        value = null;
        switch (word)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return true;
            case "true" or "True" or "TRUE":
                value = JsonValue.Create(true);
                return true;
            case "false" or "False" or "FALSE":
                value = JsonValue.Create(false);
                return true;
        }
        if (JsonNumber().IsMatch(word))
        {
            value = JsonNode.Parse(word);
            return true;
        }
        value = JsonValue.Create(word);
        return !IsAmbiguous(word);
    }

    /// <summary>Whether some reader of YAML would take the unquoted word for something else than text.</summary>
    public static bool IsText(string word) => TryRead(word, out var value) && value is JsonValue json && json.TryGetValue<string>(out _);

    // Nearly all words: by how they begin, or by their length where they begin as null, true, yes, off and the like do.
    private static bool IsSurelyText(string word) =>
        word.Length > 0 && !char.IsAsciiDigit(word[0]) && !"+-.<=~".Contains(word[0], StringComparison.Ordinal) && (word.Length > 5 || !"ntfyo".Contains(char.ToLowerInvariant(word[0]), StringComparison.Ordinal));

    private static bool IsAmbiguous(string word) => Word11().IsMatch(word) || Number().IsMatch(word) || Date().IsMatch(word);

    [GeneratedRegex(@"\A-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();

    // YAML 1.1's Booleans, merge key and default value, and both versions' infinities.
    [GeneratedRegex(@"\A(?:y|n|yes|no|on|off|<<|=|[-+]?\.inf|\.nan)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Word11();

    // Whatever either version, or a lenient parser, takes for a number: signs, octal, hexadecimal, binary, underscores, base 60, exponents.
    [GeneratedRegex(@"\A[-+]?(?:0o?[0-7_]+|0x[0-9a-f_]+|0b[01_]+|[0-9][0-9_,]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|(?:[0-9][0-9_,]*\.?[0-9_]*|\.[0-9_]+)(?:e[-+]?[0-9]+)?)\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Date();
}
