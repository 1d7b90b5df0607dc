using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Scheduling;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>What controllers ask of a pod.</summary>
internal sealed class PodFacts
{
    // One tree a version, shared by all who ask while it is fresh; the collector takes it, since trees are ten times their text.
    private static readonly ConditionalWeakTable<StoredObject, WeakReference<PodFacts>> _known = [];

    private PodFacts(StoredObject stored)
    {
        Stored = stored;
        Content = stored.Tree;
        Phase = Content["status"]?["phase"].Text() ?? "Pending";
        IsReady = Conditions.Holds(Content["status"], "Ready");
    }

    /// <summary>The facts of a version of a pod. They are shared: nobody may change the tree.</summary>
    public static PodFacts Of(StoredObject stored)
    {
        if (_known.TryGetValue(stored, out var reference) && reference.TryGetTarget(out var known))
            return known;
        var facts = new PodFacts(stored);
        _known.AddOrUpdate(stored, new WeakReference<PodFacts>(facts));
        return facts;
    }

    public StoredObject Stored { get; }

    public JsonObject Content { get; }

    public string Name => Stored.Name;

    public string Phase { get; }

    public bool IsReady { get; }

    public bool IsDeleting => Stored.IsDeleting;

    /// <summary>Succeeded or Failed.</summary>
    public bool HasEnded => Phase is "Succeeded" or "Failed";

    /// <summary>Neither ended nor being deleted.</summary>
    public bool IsActive => !HasEnded && !IsDeleting;

    public string? Node => Content["spec"]?["nodeName"].Text() is { Length: > 0 } name ? name : null;

    /// <summary>What it asks of a node.</summary>
    public PodDemand Demand => field ??= PodDemand.Of(Content);

    public DateTimeOffset Created => Content["metadata"]?["creationTimestamp"].Time() ?? default;

    /// <summary>When the pod counts as available: ready for so many seconds; null while it is not ready.</summary>
    public DateTimeOffset? AvailableFrom(long minReadySeconds) =>
        IsReady ? (Conditions.Find(Content["status"], "Ready")?["lastTransitionTime"].Time() ?? Created).AddSeconds(minReadySeconds) : null;

    public bool IsAvailable(long minReadySeconds, DateTimeOffset now) =>
        IsReady && (minReadySeconds == 0 || AvailableFrom(minReadySeconds) <= now);

    /// <summary>The order in which pods are given up: least useful first (controller_utils.go, ActivePodsWithRanks).</summary>
    public static int CompareForDeletion(PodFacts left, PodFacts right)
    {
        if (left.Node is null != right.Node is null)
            return left.Node is null ? -1 : 1;
        var phases = PhaseRank(left.Phase).CompareTo(PhaseRank(right.Phase));
        if (phases != 0)
            return phases;
        if (left.IsReady != right.IsReady)
            return left.IsReady ? 1 : -1;
        var younger = right.Created.CompareTo(left.Created);
        return younger != 0 ? younger : right.Stored.ResourceVersion.CompareTo(left.Stored.ResourceVersion);
    }

    private static int PhaseRank(string phase) => phase switch { "Pending" => 0, "Unknown" => 1, _ => 2 };
}
