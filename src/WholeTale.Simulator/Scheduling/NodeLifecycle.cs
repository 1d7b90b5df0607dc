using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Scheduling;

/// <summary>Marks nodes whose kubelet is lost and evicts their pods in time (pkg/controller/nodelifecycle).</summary>
internal sealed class NodeLifecycle(World world) : IController
{
    private const string Unreachable = "node.kubernetes.io/unreachable";

    public IReadOnlyList<Kind> Watched { get; } = [world.Node];

    public IEnumerable<ObjectKey> Concerns(Change change) => change.Deleted ? [] : [change.New.Key];

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Node, null, key.Name) is not { } node)
            return null;
        var lost = world.Faults.Strike(new FaultEvent("node") { Name = key.Name }) is not null;
        var known = world.LostNodes.Contains(key.Name);
        if (lost && !known)
        {
            world.LostNodes.Add(key.Name);
            Lose(node);
        }
        else if (!lost && known)
        {
            world.LostNodes.Remove(key.Name);
            Return(node);
        }

        return lost ? Evict(node) : null;
    }

    private void Lose(StoredObject node)
    {
        var now = world.Now;
        world.Manager.UpdateStatus(world.Node, null, node.Name, content =>
        {
            foreach (var condition in content["status"].Items("conditions"))
            {
                condition["status"] = "Unknown";
                condition["reason"] = "NodeStatusUnknown";
                condition["message"] = "Kubelet stopped posting node status.";
                condition["lastTransitionTime"] = now;
            }
        });
        world.Manager.Update(world.Node, null, node.Name, content => content.Spec()["taints"] = new JsonArray(
            new JsonObject { ["key"] = Unreachable, ["effect"] = "NoSchedule", ["timeAdded"] = now },
            new JsonObject { ["key"] = Unreachable, ["effect"] = "NoExecute", ["timeAdded"] = now }));
        world.Tell(node, "node-controller", "Normal", "NodeNotReady", $"Node {node.Name} status is now: NodeNotReady");
        foreach (var pod in Pods(node).Where(pod => pod.IsReady))
        {
            world.Manager.UpdateStatus(world.Pod, pod.Stored.Namespace, pod.Name, content =>
            {
                var condition = Conditions.Find(content["status"], "Ready")!;
                condition["status"] = "False";
                condition["lastTransitionTime"] = now;
            });
            world.Tell(pod.Stored, "node-controller", "Warning", "NodeNotReady", "Node is not ready");
        }
    }

    private void Return(StoredObject node)
    {
        world.Kubelet.UpdateStatus(world.Node, null, node.Name, content => new Nodes(world).Refresh(content));
        world.Manager.Update(world.Node, null, node.Name, content =>
        {
            if (content["spec"]?["taints"] is not JsonArray taints)
                return;
            foreach (var taint in taints.Where(taint => taint?["key"].Text() == Unreachable).ToList())
                taints.Remove(taint);
            if (taints.Count == 0)
                content.Spec().Remove("taints");
        });
        world.Tell(node, "kubelet", "Normal", "NodeReady", $"Node {node.Name} status is now: NodeReady", node.Name);
        // The kubelet, back again, looks at its pods: a touch of each brings it there.
        foreach (var pod in Pods(node))
            world.Store.Update(world.Pod, pod.Stored.Namespace, pod.Name, content => content.Status().Remove("reason"));
    }

    // tainteviction: pods go when the time they tolerate the taint for is over (300 s by default).
    private TimeSpan? Evict(StoredObject node)
    {
        TimeSpan? next = null;
        var now = world.Time.GetUtcNow();
        var since = node.Read()["spec"].Items("taints").FirstOrDefault(taint => taint["key"].Text() == Unreachable)?["timeAdded"].Time() ?? now;
        foreach (var pod in Pods(node).Where(pod => pod.IsActive))
        {
            var toleration = pod.Content["spec"].Items("tolerations").FirstOrDefault(item => item["key"].Text() is Unreachable or null or "");
            if (toleration is not null && toleration["tolerationSeconds"] is null)
                continue;
            var left = since.AddSeconds(toleration?["tolerationSeconds"].Number() ?? 0) - now;
            if (left > TimeSpan.Zero)
            {
                next = next is null || left < next ? left : next;
                continue;
            }

            world.Tell(pod.Stored, "taint-eviction-controller", "Normal", "TaintManagerEviction", $"Marking for deletion Pod {pod.Stored.Namespace}/{pod.Name}");
            world.Manager.Delete(world.Pod, pod.Stored.Namespace, pod.Name);
        }

        return next;
    }

    private IEnumerable<PodFacts> Pods(StoredObject node) => world.Store.List(world.Pod).Items.Select(pod => PodFacts.Of(pod)).Where(pod => pod.Node == node.Name);
}
