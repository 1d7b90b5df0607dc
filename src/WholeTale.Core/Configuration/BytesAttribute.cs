using System.Text.RegularExpressions;

namespace WholeTale.Core.Configuration;

/// <summary>An amount of memory or storage as Kubernetes writes it, with a least amount.</summary>
internal sealed partial class BytesAttribute(string least) : RuleAttribute
{
    /// <summary>The least amount allowed.</summary>
    public string Least { get; } = least;

    public override string Allowed => $"a Kubernetes quantity of at least {Least}, such as '500Mi' or '4Gi'";

    public override object? Accept(object value) =>
        value is string text && Quantity.TryParse(text, out var bytes) && Quantity.TryParse(Least, out var lowest) && bytes >= lowest ? text : null;

    public override string? Suggest(object value)
    {
        // What other programs write: 200MB, 200Mb, 4 gb, 200MiB, 200m.
        var match = Foreign().Match((string)value);
        if (!match.Success)
            return null;
        var number = match.Groups["number"].Value;
        var unit = match.Groups["unit"].Value.ToUpperInvariant();
        return unit == "K" ? $"{number}Ki' or '{number}k" : $"{number}{unit}i' or '{number}{unit}";
    }

    [GeneratedRegex(@"\A\s*(?<number>[0-9]+(?:\.[0-9]+)?)\s*(?<unit>[kmgtp])(?:i?b)?\s*\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Foreign();
}
