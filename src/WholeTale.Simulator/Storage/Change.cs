using WholeTale.Simulator.Schema;

namespace WholeTale.Simulator.Storage;

/// <summary>One change of one object.</summary>
/// <param name="Old">What was before; null when it was created.</param>
/// <param name="New">What is now; after a deletion the last state, with the resourceVersion of the deletion.</param>
/// <param name="Deleted">Whether the object is gone.</param>
internal sealed record Change(StoredObject? Old, StoredObject New, bool Deleted)
{
    public long ResourceVersion => New.ResourceVersion;

    /// <summary>The change in the form of a kind that serves the object.</summary>
    public Change As(Kind kind) => kind.FromStored is null ? this : this with { Old = Old?.As(kind), New = New.As(kind) };

    /// <summary>When it was made, by the clock's timestamps; only what the log holds has one.</summary>
    public long At { get; init; }

    /// <summary>Whether a controller made it.</summary>
    public bool ByController { get; init; }
}
