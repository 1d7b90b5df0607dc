using System.Globalization;

namespace WholeTale.Core.Configuration;

/// <summary>A time span in a range, ends included.</summary>
internal sealed class LastingAttribute(string shortest, string longest) : RuleAttribute
{
    /// <summary>The shortest allowed, as .NET writes it.</summary>
    public string Shortest { get; } = shortest;

    /// <summary>The longest allowed, as .NET writes it.</summary>
    public string Longest { get; } = longest;

    public override string Allowed => $"a time span from {Shortest} to {Longest}, such as '00:15:00' or '15m'";

    public override object? Accept(object value) =>
        value is TimeSpan span && span >= TimeSpan.Parse(Shortest, CultureInfo.InvariantCulture) && span <= TimeSpan.Parse(Longest, CultureInfo.InvariantCulture) ? value : null;
}
