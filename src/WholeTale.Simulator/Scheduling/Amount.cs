using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Scheduling;

/// <summary>Quantities as numbers: <c>250m</c> is 0.25, <c>1Gi</c> is 2^30.</summary>
internal static class Amount
{
    public static decimal Of(JsonNode? node) => node.Number() is { } number ? number : Of(node.Text());

    public static decimal Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return 0;
        var end = text.Length;
        while (end > 0 && !char.IsAsciiDigit(text[end - 1]) && text[end - 1] != '.')
            end--;
        var (digits, suffix) = (text[..end], text[end..]);
        if (!decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return 0;
        return number * suffix switch
        {
            "n" => 0.000000001m,
            "u" => 0.000001m,
            "m" => 0.001m,
            "k" => 1_000m,
            "M" => 1_000_000m,
            "G" => 1_000_000_000m,
            "T" => 1_000_000_000_000m,
            "P" => 1_000_000_000_000_000m,
            "E" => 1_000_000_000_000_000_000m,
            "Ki" => 1024m,
            "Mi" => 1024m * 1024,
            "Gi" => 1024m * 1024 * 1024,
            "Ti" => 1024m * 1024 * 1024 * 1024,
            "Pi" => 1024m * 1024 * 1024 * 1024 * 1024,
            "Ei" => 1024m * 1024 * 1024 * 1024 * 1024 * 1024,
            _ => 1m,
        };
    }
}
