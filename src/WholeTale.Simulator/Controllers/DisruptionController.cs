using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Keeps the status of PodDisruptionBudgets (pkg/controller/disruption).</summary>
internal sealed class DisruptionController(World world) : IController
{
    public IReadOnlyList<Kind> Watched { get; } = [world.DisruptionBudget, world.Pod];

    public IEnumerable<ObjectKey> Concerns(Change change) => change.New.Kind == world.DisruptionBudget
        ? [change.New.Key]
        : world.Store.List(world.DisruptionBudget, change.New.Namespace).Items.Select(budget => budget.Key);

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.DisruptionBudget, key.Namespace, key.Name) is not { IsDeleting: false } budget)
            return null;
        var content = budget.Tree;
        var pods = LabelMatch.Find(world, world.Pod, key.Namespace, content["spec"]?["selector"])
            .Select(PodFacts.Of).Where(pod => !pod.HasEnded).ToList();
        var expected = pods.Count;
        var healthy = pods.Count(pod => pod is { IsReady: true, IsDeleting: false });
        var desired = content["spec"]?["minAvailable"] is { } least
            ? RollingBudget.Scaled(least, expected, up: true)
            : Math.Max(0, expected - RollingBudget.Scaled(content["spec"]?["maxUnavailable"], expected, up: true, otherwise: "0"));
        var allowed = expected == 0 ? 0 : Math.Max(0, healthy - desired);
        world.Manager.UpdateStatus(world.DisruptionBudget, key.Namespace, key.Name, latest =>
        {
            var status = latest.Status();
            status["currentHealthy"] = healthy;
            status["desiredHealthy"] = desired;
            status["disruptionsAllowed"] = allowed;
            status["expectedPods"] = expected;
            status["observedGeneration"] = content["metadata"]?["generation"].Number() ?? 1;
            Conditions.Set(status, "DisruptionAllowed", allowed > 0, world.Now, allowed > 0 ? "SufficientPods" : "InsufficientPods", "");
            Conditions.Find(status, "DisruptionAllowed")!["observedGeneration"] = content["metadata"]?["generation"].Number() ?? 1;
        });
        return null;
    }
}
