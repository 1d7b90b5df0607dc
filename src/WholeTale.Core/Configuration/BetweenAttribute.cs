using System.Globalization;

namespace WholeTale.Core.Configuration;

/// <summary>An integer in a range, ends included.</summary>
internal sealed class BetweenAttribute(int lowest, int highest) : RuleAttribute
{
    /// <summary>The lowest value allowed.</summary>
    public int Lowest { get; } = lowest;

    /// <summary>The highest value allowed.</summary>
    public int Highest { get; } = highest;

    public override string Allowed => string.Create(CultureInfo.InvariantCulture, $"an integer from {Lowest} to {Highest}");

    public override object? Accept(object value) => value is int number && number >= Lowest && number <= Highest ? value : null;
}
