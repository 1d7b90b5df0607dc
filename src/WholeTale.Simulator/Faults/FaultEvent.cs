namespace WholeTale.Simulator.Faults;

/// <summary>Something that happens and that a rule may strike.</summary>
/// <param name="On">Where: a rule's <c>on</c>.</param>
internal sealed record FaultEvent(string On)
{
    public string? Verb { get; init; }

    public string? Resource { get; init; }

    public string? Namespace { get; init; }

    public string? Name { get; init; }

    public string? Image { get; init; }

    public string? Container { get; init; }

    public string? Path { get; init; }

    public string? UserAgent { get; init; }
}
