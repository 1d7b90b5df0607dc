namespace WholeTale.Core.Configuration;

/// <summary>One of some words; letter case does not count, and the word is kept as spelled here.</summary>
internal sealed class OneOfAttribute(params string[] words) : RuleAttribute
{
    /// <summary>The words.</summary>
    public string[] Words { get; } = words;

    public override string Allowed => $"{string.Join(", ", Words[..^1])} or {Words[^1]}";

    public override object? Accept(object value) => Words.FirstOrDefault(word => string.Equals(word, value as string, StringComparison.OrdinalIgnoreCase));

    public override string? Suggest(object value) => Spelling.Nearest((string)value, Words);
}
