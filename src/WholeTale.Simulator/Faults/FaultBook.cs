using System.IO.Enumeration;

namespace WholeTale.Simulator.Faults;

/// <summary>The rules in force, and how often each has struck.</summary>
internal sealed class FaultBook
{
    private readonly Lock _gate = new();
    private List<Entry> _entries = [];

    /// <summary>Raised when the rules have changed: what waited because of one may go on.</summary>
    public event Action? Changed;

    /// <summary>Whether there are any rules: asked before an event is even described.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>The rules, with how often each has struck.</summary>
    public IReadOnlyList<FaultRule> Rules
    {
        get
        {
            lock (_gate)
                return [.. _entries.Select(entry => entry.Rule with { Struck = entry.Struck })];
        }
    }

    public void Replace(IEnumerable<FaultRule> rules)
    {
        lock (_gate)
            _entries = [.. rules.Select(rule => new Entry(rule))];
        Changed?.Invoke();
    }

    /// <summary>The first rule that strikes; null when none does.</summary>
    public FaultRule? Strike(FaultEvent happening)
    {
        if (IsEmpty)
            return null;
        lock (_gate)
        {
            foreach (var entry in _entries)
            {
                if (Matches(entry.Rule, happening) && entry.Strikes())
                    return entry.Rule;
            }
        }

        return null;
    }

    private static bool Matches(FaultRule rule, FaultEvent happening) =>
        rule.On == happening.On
        && Fits(rule.Verb, happening.Verb)
        && Fits(rule.Resource, happening.Resource)
        && Fits(rule.Namespace, happening.Namespace)
        && Fits(rule.Name, happening.Name)
        && Fits(rule.Image, happening.Image)
        && Fits(rule.Container, happening.Container)
        && Fits(rule.Path, happening.Path)
        && Fits(rule.UserAgent, happening.UserAgent);

    private static bool Fits(string? pattern, string? value) =>
        pattern is null || (value is not null && FileSystemName.MatchesSimpleExpression(pattern, value, ignoreCase: false));

    private sealed class Entry(FaultRule rule)
    {
        private readonly Random _random = new(rule.Seed);
        private int _matched;

        public FaultRule Rule => rule;

        public int Struck { get; private set; }

        public bool Strikes()
        {
            if (_matched++ < rule.After || Struck >= rule.Count || (rule.Probability < 1 && _random.NextDouble() >= rule.Probability))
                return false;
            Struck++;
            return true;
        }
    }
}
