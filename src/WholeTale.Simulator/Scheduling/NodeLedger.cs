using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Scheduling;

/// <summary>Which pods hold what on which node: kept from the changes of pods, and from the scheduler's own decisions at once.</summary>
internal sealed class NodeLedger
{
    private readonly Dictionary<ObjectKey, (string Uid, string Node, PodDemand Demand)> _held = [];
    private readonly Lock _gate = new();

    /// <summary>Notes what a change of a pod means.</summary>
    public void Observe(Change change, PodFacts facts)
    {
        if (change.Deleted || facts.HasEnded)
            Release(change.New.Key, change.New.Uid);
        else if (facts.Node is not null)
            Hold(change.New.Key, change.New.Uid, facts.Node, PodDemand.Of(facts.Content));
    }

    public void Hold(ObjectKey pod, string uid, string node, PodDemand demand)
    {
        lock (_gate)
            _held[pod] = (uid, node, demand);
    }

    /// <summary>What is held on each node.</summary>
    public Dictionary<string, NodeUse> Use()
    {
        var use = new Dictionary<string, NodeUse>();
        lock (_gate)
        {
            foreach (var (_, node, demand) in _held.Values)
            {
                if (!use.TryGetValue(node, out var sum))
                    use[node] = sum = new NodeUse();
                sum.Add(demand);
            }
        }

        return use;
    }

    private void Release(ObjectKey pod, string uid)
    {
        lock (_gate)
        {
            // A pod of the same name may have been placed before the watch told of the old one's end.
            if (_held.TryGetValue(pod, out var held) && held.Uid == uid)
                _held.Remove(pod);
        }
    }
}
