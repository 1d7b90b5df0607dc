using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Scheduling;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Keeps one pod on each node that fits (pkg/controller/daemon).</summary>
internal sealed class DaemonSetController(World world) : IController
{
    private const string HashLabel = "controller-revision-hash";

    // daemon_controller's util.AddOrUpdateDaemonPodTolerations.
    private static readonly (string Key, string Effect)[] _tolerated =
    [
        ("node.kubernetes.io/not-ready", "NoExecute"),
        ("node.kubernetes.io/unreachable", "NoExecute"),
        ("node.kubernetes.io/disk-pressure", "NoSchedule"),
        ("node.kubernetes.io/memory-pressure", "NoSchedule"),
        ("node.kubernetes.io/pid-pressure", "NoSchedule"),
        ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ];

    private readonly PodControl _pods = new(world, "daemonset-controller");
    private readonly Revisions _revisions = new(world, HashLabel);

    public IReadOnlyList<Kind> Watched { get; } = [world.DaemonSet, world.Pod, world.Node];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.DaemonSet)
            return [change.New.Key];
        if (change.New.Kind == world.Node)
            return world.Store.List(world.DaemonSet).Items.Select(set => set.Key);
        return Owners.Controller(change.New, "DaemonSet") is { } owner ? [owner] : [];
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.DaemonSet, key.Namespace, key.Name) is not { IsDeleting: false } set)
            return null;
        var content = set.Read();
        var revision = _revisions.Current(set, content);
        var hash = revision.Labels.GetValueOrDefault(HashLabel, "");
        var pods = _pods.Claim(set, content["spec"]?["selector"]).ToList();
        var nodes = world.Store.List(world.Node).Items.Where(node => Fits(content, node)).Select(node => node.Name).ToHashSet();
        var byNode = pods.GroupBy(pod => Target(pod) ?? "").ToDictionary(group => group.Key, group => group.ToList());
        foreach (var node in nodes.Order(StringComparer.Ordinal))
        {
            var here = byNode.GetValueOrDefault(node) ?? [];
            if (here.Count == 0)
                _pods.Create(set, Pod(set, content, node, hash));
            foreach (var ended in here.Where(pod => pod is { Phase: "Failed", IsDeleting: false }))
                _pods.Delete(set, ended.Name);
        }

        foreach (var pod in pods.Where(pod => !nodes.Contains(Target(pod) ?? "")))
            _pods.Delete(set, pod.Name);
        Roll(set, content, pods, nodes.Count, hash);
        WriteStatus(set, content, nodes, hash);
        var used = pods.Select(pod => $"{set.Name}-{pod.Stored.Labels.GetValueOrDefault(HashLabel)}").Append(revision.Name).ToHashSet();
        _revisions.CleanUp(set, content["spec"]?["revisionHistoryLimit"].Number() ?? 10, used);
        return null;
    }

    private static bool Fits(JsonObject content, StoredObject node)
    {
        var spec = content["spec"]?["template"]?["spec"]?.DeepClone() as JsonObject ?? [];
        Tolerate(spec);
        return NodeSelection.Fits(spec, node) && NodeSelection.Untolerated(spec, node.Read()["spec"].Items("taints"), "NoSchedule", "NoExecute") is null;
    }

    private static void Tolerate(JsonObject spec)
    {
        if (spec["tolerations"] is not JsonArray tolerations)
            spec["tolerations"] = tolerations = [];
        foreach (var (key, effect) in _tolerated)
            tolerations.Add((JsonNode)new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = effect });
    }

    // Daemon pods are bound to their node by affinity, and placed there by the ordinary scheduler.
    private static string? Target(PodFacts pod) => pod.Node ?? pod.Content["spec"]?["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"]
        .Items("nodeSelectorTerms").SelectMany(term => term.Items("matchFields")).SelectMany(field => field.Texts("values")).FirstOrDefault();

    private JsonObject Pod(StoredObject set, JsonObject content, string node, string hash)
    {
        var pod = PodTemplate.Instantiate(content["spec"]?["template"], set, $"{set.Name}-{world.Suffix(5)}", set.Name + "-");
        var labels = pod.Metadata().Child("labels");
        labels[HashLabel] = hash;
        labels["pod-template-generation"] = (content["metadata"]?["generation"].Number() ?? 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var spec = pod.Spec();
        Tolerate(spec);
        spec.Child("affinity").Child("nodeAffinity")["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonObject
        {
            ["nodeSelectorTerms"] = new JsonArray(new JsonObject
            {
                ["matchFields"] = new JsonArray(new JsonObject
                {
                    ["key"] = "metadata.name",
                    ["operator"] = "In",
                    ["values"] = new JsonArray(node),
                }),
            }),
        };
        return pod;
    }

    private void Roll(StoredObject set, JsonObject content, List<PodFacts> pods, int desired, string hash)
    {
        if (content["spec"]?["updateStrategy"]?["type"].Text() == "OnDelete")
            return;
        var most = RollingBudget.Scaled(content["spec"]?["updateStrategy"]?["rollingUpdate"]?["maxUnavailable"], desired, up: true, otherwise: "1");
        var unavailable = desired - pods.Count(pod => pod is { IsReady: true, IsDeleting: false });
        var old = pods.Where(pod => !pod.IsDeleting && pod.Stored.Labels.GetValueOrDefault(HashLabel) != hash).ToList();
        foreach (var pod in old.Where(pod => !pod.IsReady))
            _pods.Delete(set, pod.Name);
        foreach (var pod in old.Where(pod => pod.IsReady).Take(Math.Max(0, most - unavailable)))
            _pods.Delete(set, pod.Name);
    }

    private void WriteStatus(StoredObject set, JsonObject content, HashSet<string> nodes, string hash)
    {
        var pods = world.Store.OwnedBy(world.Pod, set.Uid).Select(pod => PodFacts.Of(pod)).Where(pod => !pod.IsDeleting).ToList();
        var right = pods.Where(pod => nodes.Contains(Target(pod) ?? "")).ToList();
        var ready = right.Count(pod => pod.IsReady);
        world.Manager.UpdateStatus(world.DaemonSet, set.Namespace, set.Name, latest =>
        {
            if (latest["metadata"]?["uid"].Text() != set.Uid)
                return;
            var status = latest.Status();
            status["currentNumberScheduled"] = right.Count;
            status["numberMisscheduled"] = pods.Count - right.Count;
            status["desiredNumberScheduled"] = nodes.Count;
            status["numberReady"] = ready;
            status["observedGeneration"] = content["metadata"]?["generation"].Number() ?? 1;
            status.SetCount("updatedNumberScheduled", right.Count(pod => pod.Stored.Labels.GetValueOrDefault(HashLabel) == hash));
            status.SetCount("numberAvailable", ready);
            status.SetCount("numberUnavailable", nodes.Count - ready);
        });
    }
}
