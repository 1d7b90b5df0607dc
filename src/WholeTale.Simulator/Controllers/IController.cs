using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>A control loop: which kinds it looks at, which of its own objects a change concerns, and how it brings one to what it should be.</summary>
internal interface IController
{
    /// <summary>The kinds whose changes it sees.</summary>
    IReadOnlyList<Kind> Watched { get; }

    /// <summary>The keys to reconcile after a change.</summary>
    IEnumerable<ObjectKey> Concerns(Change change);

    /// <summary>Brings one object closer to what it should be.</summary>
    /// <returns>After which time to look again; null for when something changes.</returns>
    TimeSpan? Reconcile(ObjectKey key);
}
