namespace WholeTale.Simulator.Api;

/// <summary>How a write is to be done: the query of a create, update or patch.</summary>
internal sealed record WriteOptions
{
    public bool DryRun { get; init; }

    /// <summary>The field manager; empty for the caller's user agent.</summary>
    public string FieldManager { get; init; } = "";

    /// <summary><c>Strict</c>, <c>Warn</c> or <c>Ignore</c>.</summary>
    public string FieldValidation { get; init; } = "Warn";

    /// <summary>Whether an apply takes fields from others.</summary>
    public bool Force { get; init; }
}
