using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Scheduling;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Kubelet;

/// <summary>The kubelets of all simulated nodes: they bring the pods that are placed there to life, and to their end.</summary>
internal sealed class Kubelets(World world) : IController
{
    private readonly ConcurrentDictionary<string, PodRun> _pods = new();
    // Pods that wait for an object, and in which words: the words name it.
    private readonly ConcurrentDictionary<ObjectKey, string> _blocked = new();
    private readonly ContainerStep _step = new(world);
    private int _addresses;

    public IReadOnlyList<Kind> Watched { get; } = [world.Pod, world.ConfigMap, world.Secret, world.Claim];

    /// <summary>The pod's run; null when it does not run (yet).</summary>
    public PodRun? Find(string uid) => _pods.GetValueOrDefault(uid);

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind != world.Pod)
            return _blocked.Where(pod => pod.Key.Namespace == change.New.Namespace && pod.Value.Contains(change.New.Name, StringComparison.Ordinal)).Select(pod => pod.Key);
        if (change.Deleted)
        {
            Forget(change.New);
            return [];
        }

        return [change.New.Key];
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Pod, key.Namespace, key.Name) is not { } stored)
            return null;
        var facts = PodFacts.Of(stored);
        if (facts.Node is null || world.LostNodes.Contains(facts.Node))
            return null;
        var now = world.Time.GetUtcNow();
        if (!_pods.TryGetValue(stored.Uid, out var pod))
        {
            if (facts.HasEnded)
                return stored.IsDeleting ? Remove(stored) : null;
            _pods[stored.Uid] = pod = new PodRun(stored, facts.Content, NextAddress(), now, world.Time);
        }

        if (stored.IsDeleting)
            return Stop(stored, facts, pod, now);
        var due = Advance(stored, facts.Content, pod, now);
        WriteStatus(stored, pod, facts.Node);
        return due - now;
    }

    private DateTimeOffset? Advance(StoredObject stored, JsonObject content, PodRun pod, DateTimeOffset now)
    {
        if (pod.FailedReason is not null)
            return null;
        if (Evict(stored, content, pod, now))
            return null;
        foreach (var spec in content["spec"].Items("containers"))
        {
            // The image is the one thing of a running container that may change: it is restarted with the new one.
            if (pod.Find(spec["name"].Text() ?? "") is { } container && container.Image != spec["image"].Text())
                _step.ChangeImage(stored, container, spec, now);
        }

        pod.MountProblem = Mounts.Problem(world, content);
        if (pod.MountProblem is { } problem)
        {
            var told = _blocked.TryGetValue(stored.Key, out var before) && before == problem;
            _blocked[stored.Key] = problem;
            if (!told)
                world.Tell(stored, "kubelet", "Warning", "FailedMount", problem, content["spec"]!["nodeName"].Text());
            return null;
        }

        DateTimeOffset? due = null;
        string? blocked = null;
        foreach (var container in pod.InitContainers)
        {
            due = Earlier(due, _step.Advance(stored, content, container, now));
            blocked = container.Phase == ContainerPhase.ConfigError ? blocked + container.WaitMessage : blocked;
            if (!container.HasSucceeded)
                break;
        }

        if (PodStatus.Initialized(pod))
        {
            foreach (var container in pod.Containers)
            {
                due = Earlier(due, _step.Advance(stored, content, container, now));
                blocked = container.Phase == ContainerPhase.ConfigError ? blocked + container.WaitMessage : blocked;
            }
        }

        foreach (var spec in content["spec"].Items("ephemeralContainers").Where(spec => pod.Find(spec["name"].Text() ?? "") is null))
            pod.EphemeralContainers.Add(new ContainerRun(spec.DeepClone().AsObject(), false, world.Time) { IsEphemeral = true });
        foreach (var container in pod.EphemeralContainers)
            due = Earlier(due, _step.Advance(stored, content, container, now));
        if (blocked is not null)
            _blocked[stored.Key] = blocked;
        else
            _blocked.TryRemove(stored.Key, out _);
        return Earlier(due, Deadline(content, pod, now));
    }

    // pkg/kubelet/eviction, evictPod.
    private bool Evict(StoredObject stored, JsonObject content, PodRun pod, DateTimeOffset now)
    {
        if (world.Faults.IsEmpty || world.Faults.Strike(new FaultEvent("eviction") { Namespace = stored.Namespace, Name = stored.Name }) is not { } rule)
            return false;
        pod.FailedReason = rule.Reason ?? "Evicted";
        pod.FailedMessage = rule.Message ?? "The node was low on resource: ephemeral-storage. ";
        foreach (var container in pod.All.Where(container => container.Phase != ContainerPhase.Ended))
        {
            var ran = container.Phase == ContainerPhase.Running;
            ContainerStep.End(container, 137, ran ? "Error" : "ContainerStatusUnknown", now);
        }

        world.Tell(stored, "kubelet", "Warning", pod.FailedReason, pod.FailedMessage, content["spec"]!["nodeName"].Text());
        return true;
    }

    // kubelet_pods.go, activeDeadlineHandler.
    private static DateTimeOffset? Deadline(JsonObject content, PodRun pod, DateTimeOffset now)
    {
        if (content["spec"]?["activeDeadlineSeconds"].Number() is not { } seconds)
            return null;
        var deadline = pod.StartTime.AddSeconds(seconds);
        if (deadline > now)
            return deadline;
        pod.FailedReason = "DeadlineExceeded";
        pod.FailedMessage = "Pod was active on the node longer than the specified deadline";
        foreach (var container in pod.Containers)
            ContainerStep.End(container, 137, "Error", now);
        return null;
    }

    private TimeSpan? Stop(StoredObject stored, PodFacts facts, PodRun pod, DateTimeOffset now)
    {
        if (pod.StopsAt is null)
        {
            var grace = TimeSpan.FromSeconds(facts.Content["metadata"]?["deletionGracePeriodSeconds"].Number() ?? 0);
            var wanted = world.Delays.Stop < grace ? world.Delays.Stop : grace;
            pod.StopsAt = now + wanted;
            foreach (var container in pod.Containers.Where(container => container.Phase == ContainerPhase.Running))
                world.Tell(stored, "kubelet", "Normal", "Killing", $"Stopping container {container.Name}", facts.Node, container.Part);
        }

        if (pod.StopsAt > now)
            return pod.StopsAt - now;
        foreach (var container in pod.All.Where(container => container.Phase != ContainerPhase.Ended))
        {
            var ran = container.Phase == ContainerPhase.Running;
            ContainerStep.End(container, ran ? 0 : 137, ran ? "Completed" : "ContainerStatusUnknown", now);
        }

        // Who has put a finalizer on the pod wants to see how it ended.
        if (facts.Content["metadata"]?["finalizers"] is JsonArray { Count: > 0 } && !facts.HasEnded)
            WriteStatus(stored, pod, facts.Node!);
        return Remove(stored);
    }

    private TimeSpan? Remove(StoredObject stored)
    {
        world.Kubelet.Delete(world.Pod, stored.Namespace, stored.Name, DeletionOptions.Now with { PreconditionUid = stored.Uid });
        return null;
    }

    private void Forget(StoredObject stored)
    {
        _blocked.TryRemove(stored.Key, out _);
        if (!_pods.TryRemove(stored.Uid, out var pod))
            return;
        foreach (var container in pod.All)
            container.Log.Close();
    }

    private void WriteStatus(StoredObject stored, PodRun pod, string node)
    {
        var address = world.Store.Get(world.Node, null, node) is { } found ? NodeFacts.Of(found).Address : "10.0.0.1";
        world.Kubelet.UpdateStatus(world.Pod, stored.Namespace, stored.Name, content =>
        {
            if (content["metadata"]?["uid"].Text() == stored.Uid)
                PodStatus.Write(content, pod, address, world.Now);
        });
    }

    private string NextAddress()
    {
        var number = Interlocked.Increment(ref _addresses);
        return $"10.244.{number / 250 % 256}.{(number % 250) + 2}";
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? left, DateTimeOffset? right) => left is null || right < left ? right ?? left : left;

    /// <summary>A made-up container id.</summary>
    public static string ContainerId(string seed) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)));
}
