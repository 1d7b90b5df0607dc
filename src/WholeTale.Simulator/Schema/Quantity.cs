using System.Globalization;
using System.Numerics;

namespace WholeTale.Simulator.Schema;

/// <summary>An amount with a suffix, exact, in the canonical form of apimachinery's resource.Quantity.</summary>
/// <param name="Units">The amount in billionths.</param>
/// <param name="Format">The family of suffixes it was written in.</param>
internal readonly record struct Quantity(BigInteger Units, QuantityFormat Format) : IComparable<Quantity>
{
    public const string ParseError =
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static readonly BigInteger _billion = 1_000_000_000;
    private static readonly string[] _binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    private static readonly string[] _decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

    public static bool TryParse(string text, out Quantity quantity)
    {
        quantity = default;
        var at = text is ['+' or '-', ..] ? 1 : 0;
        var start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            at++;
        var digits = text[start..at];
        if (digits.Length is 0 or > 64 || digits == "." || digits.Count(c => c == '.') > 1)
            return false;
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? "" : digits[(point + 1)..];
        var whole = point < 0 ? digits : digits[..point];
        var mantissa = BigInteger.Parse("0" + whole + fraction, NumberStyles.None, CultureInfo.InvariantCulture);
        if (text[0] == '-')
            mantissa = -mantissa;
        var suffix = text[at..];
        BigInteger scaled;
        QuantityFormat format;
        if (Array.IndexOf(_binary, suffix) is > 0 and var power)
            (scaled, format) = (mantissa * BigInteger.Pow(1024, power) * _billion, QuantityFormat.Binary);
        else if (Array.IndexOf(_decimal, suffix) is >= 0 and var step)
            (scaled, format) = (mantissa * BigInteger.Pow(1000, step), QuantityFormat.Decimal);
        else if (suffix is ['e' or 'E', ..] && int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
            && Math.Abs(exponent) <= 60)
            (scaled, format) = (exponent + 9 >= 0 ? mantissa * BigInteger.Pow(10, exponent + 9) : mantissa / BigInteger.Pow(10, -exponent - 9), QuantityFormat.Exponent);
        else
            return false;

        var divisor = BigInteger.Pow(10, fraction.Length);
        var units = BigInteger.DivRem(scaled, divisor, out var rest);
        // What is finer than a billionth is rounded away from zero.
        if (!rest.IsZero)
            units += scaled.Sign;
        quantity = new Quantity(units, format);
        return true;
    }

    public int CompareTo(Quantity other) => Units.CompareTo(other.Units);

    public static Quantity operator +(Quantity left, Quantity right) => left with { Units = left.Units + right.Units };

    public static Quantity operator -(Quantity left, Quantity right) => left with { Units = left.Units - right.Units };

    public override string ToString()
    {
        if (Units.IsZero)
            return "0";
        if (Format == QuantityFormat.Binary && (Units % _billion).IsZero && BigInteger.Abs(Units / _billion) >= 1024)
        {
            var whole = Units / _billion;
            var power = 0;
            while (power < _binary.Length - 1 && (whole % 1024).IsZero)
            {
                whole /= 1024;
                power++;
            }

            return whole.ToString(CultureInfo.InvariantCulture) + _binary[power];
        }

        var amount = Units;
        var step = 0;
        while (step < _decimal.Length - 1 && (amount % 1000).IsZero)
        {
            amount /= 1000;
            step++;
        }

        var suffix = Format == QuantityFormat.Exponent
            ? step == 3 ? "" : "e" + ((step - 3) * 3).ToString(CultureInfo.InvariantCulture)
            : _decimal[step];
        return amount.ToString(CultureInfo.InvariantCulture) + suffix;
    }
}
