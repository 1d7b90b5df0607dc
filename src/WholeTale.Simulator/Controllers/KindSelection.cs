using WholeTale.Simulator.Schema;

namespace WholeTale.Simulator.Controllers;

/// <summary>The kinds of some sort that are served now: custom ones come and go.</summary>
internal sealed class KindSelection
{
    private readonly KindRegistry _kinds;
    private readonly Func<Kind, bool> _wanted;
    private volatile IReadOnlyList<Kind> _now = [];

    public KindSelection(KindRegistry kinds, Func<Kind, bool> wanted)
    {
        _kinds = kinds;
        _wanted = wanted;
        _kinds.Changed += Choose;
        Choose();
    }

    /// <summary>One kind of each resource.</summary>
    public IReadOnlyList<Kind> Now => _now;

    private void Choose() => _now = [.. _kinds.All.Where(_wanted).OrderBy(kind => kind.StoredAs is null ? 0 : 1).DistinctBy(kind => kind.Shelf)];
}
