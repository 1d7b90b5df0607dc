using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Keeps as many pods as a ReplicaSet asks for (pkg/controller/replicaset).</summary>
internal sealed class ReplicaSetController(World world) : IController
{
    private const string Component = "replicaset-controller";
    private readonly PodControl _pods = new(world, Component);

    public IReadOnlyList<Kind> Watched { get; } = [world.ReplicaSet, world.Pod];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.ReplicaSet)
            return [change.New.Key];
        if (change.New.OwnerUids.Count == 0 && change.Old is not { OwnerUids.Count: > 0 })
            return Orphaned(change.New);
        return new[] { Owners.Controller(change.New, "ReplicaSet"), change.Old is null ? null : Owners.Controller(change.Old, "ReplicaSet") }
            .OfType<ObjectKey>().Distinct();
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.ReplicaSet, key.Namespace, key.Name) is not { } set)
            return null;
        var content = set.Tree;
        var pods = _pods.Claim(set, content["spec"]?["selector"]).Where(pod => pod.IsActive).ToList();
        var failure = set.IsDeleting ? null : Scale(set, content, pods);
        return WriteStatus(set, content, failure);
    }

    private IEnumerable<ObjectKey> Orphaned(StoredObject pod) => pod.IsDeleting
        ? []
        : world.Store.List(world.ReplicaSet, pod.Namespace).Items
            .Where(set => LabelMatch.Selects(set.Tree["spec"]?["selector"], pod.Labels)).Select(set => set.Key);

    private ApiStatusException? Scale(StoredObject set, JsonObject content, List<PodFacts> pods)
    {
        var wanted = content["spec"]?["replicas"].Number() ?? 1;
        try
        {
            for (var i = pods.Count; i < wanted; i++)
                _pods.Create(set, PodTemplate.Instantiate(content["spec"]?["template"], set, $"{set.Name}-{world.Suffix(5)}", set.Name + "-"));
        }
        catch (ApiStatusException exception)
        {
            return exception;
        }

        if (pods.Count > wanted)
        {
            pods.Sort(PodFacts.CompareForDeletion);
            foreach (var pod in pods.Take(pods.Count - (int)wanted))
                _pods.Delete(set, pod.Name);
        }

        return null;
    }

    private TimeSpan? WriteStatus(StoredObject set, JsonObject content, ApiStatusException? failure)
    {
        var minReady = content["spec"]?["minReadySeconds"].Number() ?? 0;
        var pods = world.Store.OwnedBy(world.Pod, set.Uid).Select(pod => PodFacts.Of(pod)).Where(pod => pod.IsActive).ToList();
        var labels = content["spec"]?["template"]?["metadata"]?["labels"];
        var now = world.Time.GetUtcNow();
        world.Manager.UpdateStatus(world.ReplicaSet, set.Namespace, set.Name, current =>
        {
            if (current["metadata"]?["uid"].Text() != set.Uid)
                return;
            var status = current.Status();
            status["replicas"] = pods.Count;
            status.SetCount("fullyLabeledReplicas", pods.Count(pod => LabelMatch.Map(labels, pod.Stored.Labels)));
            status.SetCount("readyReplicas", pods.Count(pod => pod.IsReady));
            status.SetCount("availableReplicas", pods.Count(pod => pod.IsAvailable(minReady, now)));
            status.SetCount("observedGeneration", content["metadata"]?["generation"].Number() ?? 0);
            if (failure is not null)
                Conditions.Set(status, "ReplicaFailure", true, world.Now, "FailedCreate", failure.Message);
            else
                Conditions.Remove(status, "ReplicaFailure");
        });
        if (failure is not null)
            return TimeSpan.FromSeconds(1);
        var next = pods.Select(pod => pod.AvailableFrom(minReady)).Where(time => time > now).Min();
        return next - now;
    }
}
