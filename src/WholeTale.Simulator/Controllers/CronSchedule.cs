using System.Globalization;

namespace WholeTale.Simulator.Controllers;

/// <summary>A cron schedule of five fields, or one of the words <c>@hourly</c>, <c>@daily</c>, ... (robfig/cron).</summary>
internal sealed class CronSchedule
{
    private static readonly string[] _months = ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] _days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly HashSet<int> _minutes, _hours, _daysOfMonth, _monthsOfYear, _daysOfWeek;
    private readonly bool _anyDay, _anyWeekday;

    private CronSchedule(string[] fields)
    {
        _minutes = Field(fields[0], 0, 59, []);
        _hours = Field(fields[1], 0, 23, []);
        _daysOfMonth = Field(fields[2], 1, 31, []);
        _monthsOfYear = Field(fields[3], 1, 12, _months);
        _daysOfWeek = [.. Field(fields[4], 0, 7, _days).Select(day => day % 7)];
        _anyDay = fields[2].StartsWith('*') || fields[2] == "?";
        _anyWeekday = fields[4].StartsWith('*') || fields[4] == "?";
    }

    /// <summary>Reads a schedule; null when it is none.</summary>
    public static CronSchedule? Parse(string text)
    {
        var fields = (text.Trim() switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            var other => other,
        }).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return fields.Length == 5 ? new CronSchedule(fields) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The first time after a time; null when there is none within five years.</summary>
    public DateTimeOffset? After(DateTimeOffset time)
    {
        var at = new DateTimeOffset(time.Year, time.Month, time.Day, time.Hour, time.Minute, 0, time.Offset).AddMinutes(1);
        var end = time.AddYears(5);
        while (at < end)
        {
            if (!_monthsOfYear.Contains(at.Month) || !HasDay(at))
                at = new DateTimeOffset(at.Date.AddDays(1), at.Offset);
            else if (!_hours.Contains(at.Hour))
                at = at.AddMinutes(60 - at.Minute);
            else if (!_minutes.Contains(at.Minute))
                at = at.AddMinutes(1);
            else
                return at;
        }

        return null;
    }

    // When both are restricted, either suffices.
    private bool HasDay(DateTimeOffset at)
    {
        var (day, weekday) = (_daysOfMonth.Contains(at.Day), _daysOfWeek.Contains((int)at.DayOfWeek));
        return _anyDay || _anyWeekday ? day && weekday : day || weekday;
    }

    private static HashSet<int> Field(string text, int least, int most, string[] names)
    {
        var values = new HashSet<int>();
        foreach (var part in text.Split(','))
        {
            var (range, step) = part.Split('/') is [var left, var right] ? (left, int.Parse(right, NumberStyles.None, CultureInfo.InvariantCulture)) : (part, 1);
            var (first, last) = range is "*" or "?" ? (least, most)
                : range.Split('-') is [var from, var to] ? (Value(from), Value(to))
                : part.Contains('/', StringComparison.Ordinal) ? (Value(range), most)
                : (Value(range), Value(range));
            if (step <= 0 || first < least || last > most || first > last)
                throw new FormatException(part);
            for (var value = first; value <= last; value += step)
                values.Add(value);
        }

        return values;

        int Value(string word)
        {
            var index = Array.IndexOf(names, word.ToLowerInvariant());
            return index >= 0 && word.Length > 0 ? index : int.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);
        }
    }
}
