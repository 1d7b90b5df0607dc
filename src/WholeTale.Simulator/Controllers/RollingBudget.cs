using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>How many pods a Deployment may have too many or too few while it rolls (deployment_util.go, ResolveFenceposts).</summary>
/// <param name="Surge">Pods beyond the wanted number.</param>
/// <param name="Unavailable">Pods below the wanted number.</param>
internal readonly record struct RollingBudget(int Surge, int Unavailable)
{
    public static RollingBudget Of(JsonNode? strategy, int replicas)
    {
        if (strategy?["type"].Text() == "Recreate" || replicas == 0)
            return new RollingBudget(0, 0);
        var surge = Scaled(strategy?["rollingUpdate"]?["maxSurge"], replicas, up: true);
        var unavailable = Scaled(strategy?["rollingUpdate"]?["maxUnavailable"], replicas, up: false);
        // Validation forbids that both are zero, but percentages may round down to it: then nothing would ever move.
        return new RollingBudget(surge, surge == 0 && unavailable == 0 ? 1 : Math.Min(unavailable, replicas));
    }

    /// <summary>A number, or a percentage of one, as <c>intstr.GetScaledValueFromIntOrPercent</c> reads it; 25% where nothing is said.</summary>
    public static int Scaled(JsonNode? value, int of, bool up, string otherwise = "25%")
    {
        if (value.Number() is { } number)
            return (int)number;
        var text = value.Text() ?? otherwise;
        if (!text.EndsWith('%') || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var plain) ? plain : 0;
        var scaled = percent * of / 100.0;
        return (int)(up ? Math.Ceiling(scaled) : Math.Floor(scaled));
    }
}
