namespace WholeTale.Core.Checks;

/// <summary>This machine and the cluster agree on what time it is. Tokens and certificates are judged by it.</summary>
internal sealed class ClockCheck : ICheck
{
    // The server tells its time in whole seconds.
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(5);

    // Kubernetes and OAuth servers accept tokens up to some minutes of skew.
    private static readonly TimeSpan Ruinous = TimeSpan.FromMinutes(5);

    public string Name => "Clock";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var before = context.Time.GetUtcNow();
        var told = await context.Api.GetTimeAsync(cancellationToken);
        var after = context.Time.GetUtcNow();
        if (told is not { } time)
            return CheckOutcome.Skip("the API server does not tell its time");
        var skew = time - before < TimeSpan.FromSeconds(-1) ? before - time : time - after > TimeSpan.Zero ? time - after : TimeSpan.Zero;
        var seen = $"the cluster's clock and this machine's differ by {(skew < Tolerated ? "less than 5" : $"{skew.TotalSeconds:0}")} s";
        const string advice = "Set both clocks by NTP: certificates and tokens are judged by the time.";
        return skew < Tolerated ? CheckOutcome.Pass(seen) : skew < Ruinous ? CheckOutcome.Warn(seen, advice) : CheckOutcome.Fail(seen, advice);
    }
}
