using System.Globalization;
using System.Text.RegularExpressions;

namespace WholeTale.Core.Configuration;

/// <summary>Kubernetes' way of writing amounts: a decimal number and a suffix (<c>m</c>, <c>k</c>, <c>M</c>, <c>Mi</c>, ..., or an exponent).</summary>
public static partial class Quantity
{
    /// <summary>Reads an amount exactly as the API server does; false where it would refuse it, or where it is too large to matter.</summary>
    public static bool TryParse(string text, out decimal amount)
    {
        amount = 0;
        var match = Form().Match(text ?? "");
        if (!match.Success || !decimal.TryParse(match.Groups["number"].Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        try
        {
            var factor = match.Groups["suffix"].Value switch
            {
                "" => 1m,
                "n" => 0.000000001m,
                "u" => 0.000001m,
                "m" => 0.001m,
                "k" => 1e3m,
                "M" => 1e6m,
                "G" => 1e9m,
                "T" => 1e12m,
                "P" => 1e15m,
                "E" => 1e18m,
                "Ki" => 1L << 10,
                "Mi" => 1L << 20,
                "Gi" => 1L << 30,
                "Ti" => 1L << 40,
                "Pi" => 1L << 50,
                "Ei" => 1L << 60,
                var exponent => decimal.Parse($"1{exponent}", NumberStyles.Float, CultureInfo.InvariantCulture),
            };
            amount = number * factor;
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\A(?<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(?<suffix>[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
