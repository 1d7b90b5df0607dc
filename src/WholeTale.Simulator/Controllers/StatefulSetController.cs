using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Keeps a StatefulSet's pods, one after another (pkg/controller/statefulset, stateful_set_control.go).</summary>
internal sealed class StatefulSetController(World world) : IController
{
    private const string RevisionLabel = "controller-revision-hash";

    private readonly StatefulPods _pods = new(world);
    private readonly Revisions _revisions = new(world, "controller.kubernetes.io/hash");
    private readonly PodControl _claims = new(world, "statefulset-controller");

    public IReadOnlyList<Kind> Watched { get; } = [world.StatefulSet, world.Pod];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.StatefulSet)
            return [change.New.Key];
        return Owners.Controller(change.New, "StatefulSet") is { } owner ? [owner] : [];
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.StatefulSet, key.Namespace, key.Name) is not { } set)
            return null;
        var content = set.Read();
        if (set.IsDeleting)
            return null;
        var update = _revisions.Current(set, content);
        var current = content["status"]?["currentRevision"].Text() is { } name && world.Store.Get(world.ControllerRevision, set.Namespace, name) is not null
            ? name
            : update.Name;
        var pods = _claims.Claim(set, content["spec"]?["selector"]).Where(pod => StatefulPods.Ordinal(set.Name, pod.Name) >= 0)
            .ToDictionary(pod => StatefulPods.Ordinal(set.Name, pod.Name));
        var wait = Act(set, content, pods, current, update.Name);
        WriteStatus(set, content, current, update.Name);
        var used = pods.Values.Select(pod => pod.Stored.Labels.GetValueOrDefault(RevisionLabel, "")).Append(current).Append(update.Name).ToHashSet();
        _revisions.CleanUp(set, content["spec"]?["revisionHistoryLimit"].Number() ?? 10, used);
        return wait;
    }

    private static int Replicas(JsonObject content) => (int)(content["spec"]?["replicas"].Number() ?? 1);

    private static int Partition(JsonObject content) => (int)(content["spec"]?["updateStrategy"]?["rollingUpdate"]?["partition"].Number() ?? 0);

    private TimeSpan? Act(StoredObject set, JsonObject content, Dictionary<int, PodFacts> pods, string current, string update)
    {
        var minReady = content["spec"]?["minReadySeconds"].Number() ?? 0;
        var ordered = content["spec"]?["podManagementPolicy"].Text() != "Parallel";
        var replicas = Replicas(content);
        var now = world.Time.GetUtcNow();
        for (var ordinal = 0; ordinal < replicas; ordinal++)
        {
            if (!pods.TryGetValue(ordinal, out var pod))
            {
                var revision = ordinal < Partition(content) ? current : update;
                var template = revision == update ? content["spec"]?["template"] : _revisions.Template(set, revision) ?? content["spec"]?["template"];
                _pods.Create(set, content, template, revision, ordinal);
                if (ordered)
                    return null;
                continue;
            }

            if (pod.HasEnded && !pod.IsDeleting)
            {
                // A pod that has ended is replaced under its own name.
                _pods.Delete(set, pod.Name);
                if (ordered)
                    return null;
                continue;
            }

            if (ordered && (pod.IsDeleting || !pod.IsAvailable(minReady, now)))
                return pod.AvailableFrom(minReady) - now;
        }

        foreach (var ordinal in pods.Keys.Where(ordinal => ordinal >= replicas).OrderDescending())
        {
            if (!pods[ordinal].IsDeleting)
                _pods.Delete(set, pods[ordinal].Name);
            if (ordered)
                return null;
        }

        Roll(set, content, pods, update, minReady, now);
        return null;
    }

    private void Roll(StoredObject set, JsonObject content, Dictionary<int, PodFacts> pods, string update, long minReady, DateTimeOffset now)
    {
        if (content["spec"]?["updateStrategy"]?["type"].Text() == "OnDelete")
            return;
        for (var ordinal = Replicas(content) - 1; ordinal >= Partition(content); ordinal--)
        {
            if (!pods.TryGetValue(ordinal, out var pod) || pod.IsDeleting)
                return;
            if (pod.Stored.Labels.GetValueOrDefault(RevisionLabel) != update)
            {
                _pods.Delete(set, pod.Name);
                return;
            }

            if (!pod.IsAvailable(minReady, now))
                return;
        }
    }

    private void WriteStatus(StoredObject set, JsonObject content, string current, string update)
    {
        var minReady = content["spec"]?["minReadySeconds"].Number() ?? 0;
        var now = world.Time.GetUtcNow();
        var pods = world.Store.OwnedBy(world.Pod, set.Uid).Select(pod => PodFacts.Of(pod)).ToList();
        var live = pods.Where(pod => !pod.IsDeleting).ToList();
        var updated = live.Count(pod => pod.Stored.Labels.GetValueOrDefault(RevisionLabel) == update);
        var ready = pods.Count(pod => pod is { IsReady: true, Phase: "Running" });
        if (Partition(content) == 0 && updated == pods.Count && updated == Replicas(content) && ready == updated)
            current = update;
        world.Manager.UpdateStatus(world.StatefulSet, set.Namespace, set.Name, latest =>
        {
            if (latest["metadata"]?["uid"].Text() != set.Uid)
                return;
            var status = latest.Status();
            status["replicas"] = pods.Count;
            status.SetCount("readyReplicas", ready);
            status.SetCount("currentReplicas", live.Count(pod => pod.Stored.Labels.GetValueOrDefault(RevisionLabel) == current));
            status.SetCount("updatedReplicas", updated);
            status["availableReplicas"] = pods.Count(pod => pod.IsAvailable(minReady, now));
            status["currentRevision"] = current;
            status["updateRevision"] = update;
            status["collisionCount"] ??= 0;
            status["observedGeneration"] = content["metadata"]?["generation"].Number() ?? 1;
        });
    }
}
