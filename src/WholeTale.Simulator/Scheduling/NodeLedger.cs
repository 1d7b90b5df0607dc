using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Scheduling;

/// <summary>Which pods hold what on which node: kept from the changes of pods, and from the scheduler's own decisions at once.</summary>
internal sealed class NodeLedger
{
    private readonly Dictionary<ObjectKey, (string Uid, string Node, PodDemand Demand)> _held = [];
    private readonly Dictionary<string, NodeUse> _use = [];
    private readonly Lock _gate = new();

    /// <summary>Notes what a change of a pod means.</summary>
    public void Observe(Change change, PodFacts facts)
    {
        if (change.Deleted || facts.HasEnded)
            Release(change.New.Key, change.New.Uid);
        else if (facts.Node is not null)
            Hold(change.New.Key, change.New.Uid, facts.Node, facts.Demand);
    }

    public void Hold(ObjectKey pod, string uid, string node, PodDemand demand)
    {
        lock (_gate)
        {
            if (_held.TryGetValue(pod, out var before) && before.Uid == uid && before.Node == node && before.Demand.IsSame(demand))
                return;
            Drop(pod);
            _held[pod] = (uid, node, demand);
            if (!_use.TryGetValue(node, out var use))
                _use[node] = use = NodeUse.None;
            _use[node] = use.With(demand);
        }
    }

    /// <summary>What is held on a node.</summary>
    public NodeUse Use(string node)
    {
        lock (_gate)
            return _use.GetValueOrDefault(node) ?? NodeUse.None;
    }

    private void Release(ObjectKey pod, string uid)
    {
        lock (_gate)
        {
            // A pod of the same name may have been placed before the watch told of the old one's end.
            if (_held.TryGetValue(pod, out var held) && held.Uid == uid)
                Drop(pod);
        }
    }

    private void Drop(ObjectKey pod)
    {
        if (_held.Remove(pod, out var held))
            _use[held.Node] = _use[held.Node].Without(held.Demand);
    }
}
