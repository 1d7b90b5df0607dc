using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Scheduling;

/// <summary>Puts pods on nodes that have room for them, or says why none has (kube-scheduler).</summary>
internal sealed class Scheduler(World world) : IController
{
    private const string Name = "default-scheduler";
    private const string SelectedNode = "volume.kubernetes.io/selected-node";

    private readonly NodeLedger _ledger = new();
    private readonly HashSet<ObjectKey> _waiting = [];
    private readonly Lock _gate = new();

    public IReadOnlyList<Kind> Watched { get; } = [world.Pod, world.Node, world.Claim];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.Node)
            return change.Old is not null && IsHeartbeat(change) ? [] : Waiting();
        if (change.New.Kind == world.Claim)
            return world.Store.FoundBy(world.Pod, change.New.Namespace, Lookups.PodOfClaim(change.New.Name)).Select(pod => pod.Key).Where(IsWaiting);
        var facts = PodFacts.Of(change.New);
        _ledger.Observe(change, facts);
        if (!change.Deleted && !facts.HasEnded)
            return facts.Node is null && (change.Old is null || SpecChanged(change)) ? [change.New.Key] : [];
        lock (_gate)
            _waiting.Remove(change.New.Key);
        return Waiting();
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Pod, key.Namespace, key.Name) is not { IsDeleting: false } pod)
            return null;
        var facts = PodFacts.Of(pod);
        if (facts.Node is not null || facts.HasEnded || (facts.Content["spec"]?["schedulerName"].Text() ?? Name) != Name
            || facts.Content["spec"].Items("schedulingGates").Any())
        {
            return null;
        }

        bool first;
        lock (_gate)
            first = _waiting.Add(key);
        if (first && world.Delays.Schedule > TimeSpan.Zero)
            return world.Delays.Schedule;
        Schedule(facts);
        return null;
    }

    private static bool SpecChanged(Change change) => !JsonNode.DeepEquals(change.Old!.Tree["spec"], change.New.Tree["spec"]);

    private static bool IsHeartbeat(Change change)
    {
        var (old, now) = (change.Old!.Tree, change.New.Tree);
        return !change.Deleted && JsonNode.DeepEquals(old["spec"], now["spec"])
            && JsonNode.DeepEquals(old["metadata"]?["labels"], now["metadata"]?["labels"])
            && JsonNode.DeepEquals(old["status"]?["allocatable"], now["status"]?["allocatable"]);
    }

    // noderesources.LeastAllocated, with the number of pods to break ties.
    private static decimal Load(IReadOnlyDictionary<string, decimal> allocatable, NodeUse use, PodDemand demand)
    {
        decimal load = 0;
        foreach (var resource in (string[])["cpu", "memory"])
        {
            var whole = allocatable.GetValueOrDefault(resource);
            load += whole == 0 ? 1 : (use[resource] + demand.Resources.GetValueOrDefault(resource)) / whole;
        }

        return load + (use.Pods * 0.01m);
    }

    private bool IsWaiting(ObjectKey key)
    {
        lock (_gate)
            return _waiting.Contains(key);
    }

    private List<ObjectKey> Waiting()
    {
        lock (_gate)
            return [.. _waiting];
    }

    private void Schedule(PodFacts pod)
    {
        var nodes = world.Store.List(world.Node).Items;
        if (LookAtClaims(pod, out var unbound) is { } complaint)
        {
            Refuse(pod, FitError.BeforeNodes(nodes.Count, complaint));
            return;
        }

        if (Choose(pod, nodes, unbound, out var node) is { } error)
        {
            Refuse(pod, error.ToString());
            return;
        }

        if (unbound.Count == 0)
        {
            Bind(pod, node!);
            return;
        }

        // The claims are bound first; their change brings the pod back.
        foreach (var claim in unbound)
            world.Scheduler.Update(world.Claim, claim.Namespace, claim.Name, content => content.Annotate(SelectedNode, node!));
    }

    // volumebinding.PreFilter: claims that do not exist, or should be bound by now, keep the pod from every node.
    private string? LookAtClaims(PodFacts pod, out List<StoredObject> unbound)
    {
        unbound = [];
        foreach (var name in PodVolumes.ClaimNames(pod.Content))
        {
            if (world.Store.Get(world.Claim, pod.Stored.Namespace, name) is not { } claim)
                return $"persistentvolumeclaim \"{name}\" not found";
            if (claim.IsDeleting)
                return $"persistentvolumeclaim \"{name}\" is being deleted";
            var content = claim.Tree;
            switch (content["status"]?["phase"].Text())
            {
                case "Lost":
                    return $"persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{content["spec"]?["volumeName"].Text()}\"";
                case "Bound":
                    continue;
            }

            if (!WaitsForConsumer(content))
                return "pod has unbound immediate PersistentVolumeClaims";
            unbound.Add(claim);
        }

        return null;
    }

    private bool WaitsForConsumer(JsonObject claim) =>
        claim["spec"]?["storageClassName"].Text() is { Length: > 0 } name
        && world.Store.Get(world.StorageClass, null, name)?.Tree["volumeBindingMode"].Text() == "WaitForFirstConsumer";

    private FitError? Choose(PodFacts pod, IReadOnlyList<StoredObject> nodes, List<StoredObject> unbound, out string? chosen)
    {
        chosen = null;
        var error = new FitError(nodes.Count);
        var demand = pod.Demand;
        var best = decimal.MaxValue;
        var selected = unbound.Select(claim => claim.Tree.Annotation(SelectedNode)).FirstOrDefault(name => name is not null);
        foreach (var node in nodes.Select(NodeFacts.Of))
        {
            var taken = _ledger.Use(node.Name);
            var verdict = Filter.Check(pod.Content, demand, node, taken);
            error.Add(verdict);
            if (!verdict.Fits)
                continue;
            var load = node.Name == selected ? -1 : Load(node.Allocatable, taken, demand);
            if (load >= best)
                continue;
            best = load;
            chosen = node.Name;
        }

        return chosen is null ? error : null;
    }

    private void Refuse(PodFacts pod, string message)
    {
        if (Conditions.Find(pod.Content["status"], "PodScheduled")?["message"].Text() == message)
            return;
        world.Scheduler.UpdateStatus(world.Pod, pod.Stored.Namespace, pod.Name, content =>
        {
            var status = content.Status();
            status["phase"] ??= "Pending";
            PodConditions.Set(status, "PodScheduled", false, world.Now, "Unschedulable", message);
        });
        world.Tell(pod.Stored, Name, "Warning", "FailedScheduling", message);
    }

    private void Bind(PodFacts pod, string node)
    {
        _ledger.Hold(pod.Stored.Key, pod.Stored.Uid, node, pod.Demand);
        lock (_gate)
            _waiting.Remove(pod.Stored.Key);
        world.Tell(pod.Stored, Name, "Normal", "Scheduled", $"Successfully assigned {pod.Stored.Namespace}/{pod.Name} to {node}");
        // The binding subresource sets the node and the condition in one write, and leaves no entry in managedFields.
        world.Store.Update(world.Pod, pod.Stored.Namespace, pod.Name, content =>
        {
            content.Spec()["nodeName"] = node;
            content.Status()["phase"] ??= "Pending";
            PodConditions.Set(content.Status(), "PodScheduled", true, world.Now);
        });
    }
}
