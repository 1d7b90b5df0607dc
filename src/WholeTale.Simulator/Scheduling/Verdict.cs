namespace WholeTale.Simulator.Scheduling;

/// <summary>Whether a pod fits a node.</summary>
/// <param name="Reasons">What the scheduler's plugins say against it; empty when it fits.</param>
/// <param name="Unresolvable">Whether evicting other pods could not help.</param>
internal readonly record struct Verdict(IReadOnlyList<string> Reasons, bool Unresolvable)
{
    public bool Fits => Reasons.Count == 0;
}
