using System.Globalization;

namespace WholeTale.Simulator.Api;

/// <summary>Durations as kubectl shows ages (k8s.io/apimachinery, duration.HumanDuration).</summary>
internal static class HumanDuration
{
    public static string Format(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        if (seconds < -1)
            return "<invalid>";
        if (seconds < 0)
            return "0s";
        if (seconds < 120)
            return Show(seconds, 's');
        var minutes = seconds / 60;
        if (minutes < 10)
            return Join(minutes, 'm', seconds % 60, 's');
        if (minutes < 180)
            return Show(minutes, 'm');
        var hours = minutes / 60;
        if (hours < 8)
            return Join(hours, 'h', minutes % 60, 'm');
        if (hours < 48)
            return Show(hours, 'h');
        if (hours < 24 * 8)
            return Join(hours / 24, 'd', hours % 24, 'h');
        if (hours < 24 * 365 * 2)
            return Show(hours / 24, 'd');
        return hours < 24 * 365 * 8 ? Join(hours / 24 / 365, 'y', hours / 24 % 365, 'd') : Show(hours / 24 / 365, 'y');
    }

    private static string Show(long amount, char unit) => amount.ToString(CultureInfo.InvariantCulture) + unit;

    private static string Join(long amount, char unit, long rest, char restUnit) =>
        rest == 0 ? Show(amount, unit) : Show(amount, unit) + Show(rest, restUnit);
}
