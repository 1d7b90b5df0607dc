namespace WholeTale.Core.Deployment;

/// <summary>The end of the time for a whole deploy: its plan, its run, the look from outside and Girder's set-up. It stands still while the plan lies before a person.</summary>
/// <param name="limit">How long the whole may take.</param>
/// <param name="time">The clock.</param>
internal sealed class Deadline(TimeLimit limit, TimeProvider time)
{
    private TimeSpan spent;
    private long? since = time.GetTimestamp();

    /// <summary>What is left of the time.</summary>
    internal TimeSpan Remaining => limit.Length - spent - (since is { } began ? time.GetElapsedTime(began) : TimeSpan.Zero);

    /// <summary>Whether nothing is left.</summary>
    internal bool IsOver => Remaining <= TimeSpan.Zero;

    /// <summary>The time, to be put into a sentence.</summary>
    internal string Words => $"the time for the whole deploy, {limit.Words},";

    /// <summary>What to raise for more time.</summary>
    internal string Source => limit.Source;

    /// <summary>Lets no time pass from now on.</summary>
    internal void Pause()
    {
        if (since is { } began)
            spent += time.GetElapsedTime(began);
        since = null;
    }

    /// <summary>Lets time pass again.</summary>
    internal void Resume() => since ??= time.GetTimestamp();

    /// <summary>The shorter of the time for a part and what is left for the whole.</summary>
    internal TimeLimit Shorten(TimeLimit part)
    {
        var left = Remaining;
        return part.Length <= left ? part : new TimeLimit(left, limit.Source) { Words = $"{new TimeLimit(left, "").Words}, all that was left of the {limit.Words} for the whole deploy" };
    }

    /// <summary>Has work end when the time is over.</summary>
    /// <param name="work">The work.</param>
    /// <param name="over">Says what the work was waiting for.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task<T> KeepAsync<T>(Func<CancellationToken, Task<T>> work, Func<WholeTaleException> over, CancellationToken cancellationToken)
    {
        var left = Remaining;
        using var end = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw over();
        }
    }

    /// <inheritdoc cref="KeepAsync{T}"/>
    internal Task KeepAsync(Func<CancellationToken, Task> work, Func<WholeTaleException> over, CancellationToken cancellationToken) => KeepAsync(
        async token =>
        {
            await work(token);
            return true;
        },
        over, cancellationToken);
}
