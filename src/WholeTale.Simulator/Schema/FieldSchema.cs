namespace WholeTale.Simulator.Schema;

/// <summary>A field of a struct.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Type">Its type.</param>
internal sealed record FieldSchema(string Name, TypeSchema Type)
{
    /// <summary>Go holds it by a pointer, so that its zero (0, false, "") is a value that is kept.</summary>
    public bool Pointer { get; init; }

    /// <summary>Go writes it even when it is unset: it is declared without <c>omitempty</c>, or is a struct held by value.</summary>
    public bool Always { get; init; }

    /// <summary>Whether the published schema says that it has to be sent.</summary>
    public bool Required { get; init; }

    /// <summary>A strategic merge patch puts its value in place of what is there (<c>patchStrategy: replace</c>).</summary>
    public bool PatchReplaces { get; init; }

    /// <summary>A strategic merge patch drops the siblings that it does not name (<c>retainKeys</c>).</summary>
    public bool RetainsKeys { get; init; }
}
