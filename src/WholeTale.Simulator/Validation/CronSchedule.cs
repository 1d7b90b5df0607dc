using System.Globalization;

namespace WholeTale.Simulator.Validation;

/// <summary>Checks cron schedules with the words of robfig/cron.</summary>
internal static class CronSchedule
{
    private static readonly (int Low, int High)[] _bounds = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];
    private static readonly string[] _months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] _days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>What is wrong with a schedule; null when nothing is.</summary>
    public static string? Problem(string schedule)
    {
        if (schedule.StartsWith("TZ=", StringComparison.Ordinal) || schedule.StartsWith("CRON_TZ=", StringComparison.Ordinal))
        {
            var blank = schedule.IndexOf(' ', StringComparison.Ordinal);
            var zone = schedule[(schedule.IndexOf('=', StringComparison.Ordinal) + 1)..(blank < 0 ? schedule.Length : blank)];
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
                return $"provided bad location {zone}: unknown time zone {zone}";
            schedule = blank < 0 ? "" : schedule[blank..].Trim();
        }

        if (schedule.StartsWith('@'))
        {
            return schedule is "@yearly" or "@annually" or "@monthly" or "@weekly" or "@daily" or "@midnight" or "@hourly" || schedule.StartsWith("@every ", StringComparison.Ordinal)
                ? null
                : "unrecognized descriptor: " + schedule;
        }

        var fields = schedule.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
            return $"expected exactly 5 fields, found {fields.Length}: [{string.Join(" ", fields)}]";
        for (var at = 0; at < 5; at++)
        {
            foreach (var part in fields[at].Split(','))
            {
                if (PartProblem(part, at) is { } problem)
                    return problem;
            }
        }

        return null;
    }

    private static string? PartProblem(string part, int field)
    {
        var rangeAndStep = part.Split('/');
        var ends = rangeAndStep[0].Split('-');
        if (rangeAndStep.Length > 2)
            return "too many slashes: " + part;
        if (ends.Length > 2)
            return "too many hyphens: " + part;
        var (low, high) = _bounds[field];
        var start = low;
        var end = high;
        if (ends[0] is not ("*" or "?"))
        {
            if (Number(ends[0], field) is not { } first)
                return $"failed to parse int from {ends[0]}: strconv.Atoi: parsing \"{ends[0]}\": invalid syntax";
            start = end = first;
            if (ends.Length == 2)
            {
                if (Number(ends[1], field) is not { } last)
                    return $"failed to parse int from {ends[1]}: strconv.Atoi: parsing \"{ends[1]}\": invalid syntax";
                end = last;
            }
        }

        if (rangeAndStep.Length == 2)
        {
            if (!int.TryParse(rangeAndStep[1], NumberStyles.None, CultureInfo.InvariantCulture, out var step))
                return $"failed to parse int from {rangeAndStep[1]}: strconv.Atoi: parsing \"{rangeAndStep[1]}\": invalid syntax";
            if (step == 0)
                return $"step of range should be a positive number: {part}";
        }

        if (start < low)
            return $"beginning of range ({start}) below minimum ({low}): {part}";
        if (end > high)
            return $"end of range ({end}) above maximum ({high}): {part}";
        return start > end ? $"beginning of range ({start}) beyond end of range ({end}): {part}" : null;
    }

    private static int? Number(string text, int field)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        var named = field switch
        {
            3 => Array.IndexOf(_months, text.ToLowerInvariant()) + 1,
            4 => Array.IndexOf(_days, text.ToLowerInvariant()),
            _ => -1,
        };
        return named >= (field == 3 ? 1 : 0) ? named : null;
    }
}
