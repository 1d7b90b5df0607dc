using System.Globalization;
using System.Text.RegularExpressions;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tales;

/// <summary>Reads memory sizes as docker and as Kubernetes write them.</summary>
internal static partial class TaleMemory
{
    /// <summary>Gives a Kubernetes quantity; null for docker's 0, which is no limit.</summary>
    /// <remarks>Small letters are docker's, whose <c>m</c> is 1024 times 1024 bytes; a Kubernetes <c>m</c> would be a thousandth of a byte, which nobody means.</remarks>
    /// <exception cref="FormatException">It is neither form, or not a size at all.</exception>
    public static string? ToQuantity(string text)
    {
        var docker = DockerForm().Match(text);
        if (docker.Success)
        {
            var unit = docker.Groups["unit"].Value;
            var bits = unit switch { "k" => 10, "m" => 20, "g" => 30, "t" => 40, _ => 0 };
            if (!long.TryParse(docker.Groups["number"].Value, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue >> bits)
                throw new FormatException("it is too large");
            return number == 0 ? null : bits == 0 ? number.ToString(CultureInfo.InvariantCulture) : $"{number}{unit.ToUpperInvariant()}i";
        }
        if (!Quantity.TryParse(text, out var amount) || amount <= 0)
            throw new FormatException("it is no size");
        return amount >= 1 ? text : throw new FormatException("it is less than a byte");
    }

    [GeneratedRegex(@"\A(?<number>[0-9]+)(?:(?<unit>[kmgt])b?|b)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DockerForm();
}
