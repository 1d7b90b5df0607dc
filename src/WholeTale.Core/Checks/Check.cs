namespace WholeTale.Core.Checks;

/// <summary>What a check of the platform has found.</summary>
/// <param name="Name">What was checked, e.g. <c>Claims</c> or <c>Tls girder.example.org</c>.</param>
/// <param name="Result">Whether it is as it should be.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Advice">What to do; empty where nothing is to be done.</param>
/// <param name="Duration">How long the check took.</param>
public sealed record Check(string Name, CheckResult Result, string Seen, string Advice, TimeSpan Duration)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Result}";
}

/// <summary>What checks come to, from good to bad.</summary>
public enum CheckResult
{
    /// <summary>As it should be.</summary>
    Pass,

    /// <summary>Not checked; it says why.</summary>
    Skip,

    /// <summary>Works, but not as wished for.</summary>
    Warn,

    /// <summary>Does not work.</summary>
    Fail,
}
