using WholeTale.Core.Deployment.Diagnosing;

namespace WholeTale.Core.Deployment;

/// <summary>How long something may take, and where that was chosen: an error says both when it is over.</summary>
/// <param name="Length">How long.</param>
/// <param name="Source">What to raise for more, e.g. <c>-Timeout</c> or <c>the setting Deploy.Timeout</c>.</param>
internal sealed record TimeLimit(TimeSpan Length, string Source)
{
    // .NET's timers run no longer than 49 days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    /// <summary>The time as a person says it.</summary>
    internal string Words { get; init; } = ComponentDiagnosis.Words(Length);

    /// <summary>The time that a parameter gives, or else a setting.</summary>
    internal static TimeLimit Of(TimeSpan? given, string parameter, TimeSpan set, string setting)
    {
        var length = given ?? set;
        return new TimeLimit(length < Longest ? length : Longest, given is null ? $"the setting {setting}" : $"-{parameter}");
    }
}
