using System.Globalization;
using WholeTale.Simulator.Controllers;

namespace WholeTale.Simulator.Tests.Clockwork;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("* * * * *", "2026-01-01T12:00:30", "2026-01-01T12:01:00")]
    [InlineData("@hourly", "2026-01-01T12:00:00", "2026-01-01T13:00:00")]
    [InlineData("30 4 * * *", "2026-01-01T12:00:00", "2026-01-02T04:30:00")]
    [InlineData("0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00:00")]
    [InlineData("0 12 * * mon-fri", "2026-01-02T12:00:00", "2026-01-05T12:00:00")]
    [InlineData("0 0 13 * fri", "2026-01-03T00:00:00", "2026-01-09T00:00:00")]
    [InlineData("10-20/5,50 * * jan *", "2026-01-01T12:20:00", "2026-01-01T12:50:00")]
    [InlineData("0 0 * * 7", "2026-01-01T00:00:00", "2026-01-04T00:00:00")]
    public void The_next_time_is_that_of_cron(string schedule, string after, string next)
    {
        var found = CronSchedule.Parse(schedule)!.After(Time(after));

        Assert.Equal(Time(next), found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("60 * * * *")]
    [InlineData("* * * * noday")]
    [InlineData("*/0 * * * *")]
    [InlineData("@sometimes")]
    public void What_is_no_schedule_is_refused(string schedule) => Assert.Null(CronSchedule.Parse(schedule));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
