namespace WholeTale.Core.Checks;

/// <summary>What one check says.</summary>
/// <param name="Result">Whether it is as it should be.</param>
/// <param name="Seen">What was seen, without a full stop.</param>
/// <param name="Advice">What to do.</param>
internal sealed record CheckOutcome(CheckResult Result, string Seen, string Advice = "")
{
    public static CheckOutcome Pass(string seen) => new(CheckResult.Pass, seen);

    public static CheckOutcome Skip(string seen, string advice = "") => new(CheckResult.Skip, seen, advice);

    public static CheckOutcome Warn(string seen, string advice) => new(CheckResult.Warn, seen, advice);

    public static CheckOutcome Fail(string seen, string advice) => new(CheckResult.Fail, seen, advice);
}
