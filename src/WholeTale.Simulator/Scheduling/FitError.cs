namespace WholeTale.Simulator.Scheduling;

/// <summary>Why no node takes a pod, worded as the scheduler words it (framework.FitError and preemption).</summary>
internal sealed class FitError(int nodes)
{
    private readonly Dictionary<string, int> _reasons = [];
    private int _unresolvable;

    public void Add(Verdict verdict)
    {
        foreach (var reason in verdict.Reasons)
            _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
        if (verdict.Unresolvable)
            _unresolvable++;
    }

    /// <summary>What a plugin says before any node is looked at.</summary>
    public static string BeforeNodes(int nodes, string complaint) => nodes == 0
        ? NoNodes
        : $"0/{nodes} nodes are available: {complaint}. preemption: 0/{nodes} nodes are available: {nodes} Preemption is not helpful for scheduling..";

    public static string NoNodes => "no nodes available to schedule pods";

    public override string ToString()
    {
        if (nodes == 0)
            return NoNodes;
        // Sorted as text, counts included: 10 comes before 2.
        var sorted = _reasons.Select(reason => $"{reason.Value} {reason.Key}").Order(StringComparer.Ordinal);
        var preemption = new List<string>();
        if (_unresolvable > 0)
            preemption.Add($"{_unresolvable} Preemption is not helpful for scheduling");
        if (nodes > _unresolvable)
            preemption.Add($"{nodes - _unresolvable} No preemption victims found for incoming pod");
        preemption.Sort(StringComparer.Ordinal);
        return $"0/{nodes} nodes are available: {string.Join(", ", sorted)}. preemption: 0/{nodes} nodes are available: {string.Join(", ", preemption)}..";
    }
}
