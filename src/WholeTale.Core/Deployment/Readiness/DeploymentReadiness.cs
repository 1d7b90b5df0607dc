using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>A Deployment is ready when its new ReplicaSet has all replicas available and the old ones have none.</summary>
internal sealed class DeploymentReadiness : IReadinessRule
{
    public ResourceType Type => ResourceTypes.Deployment;

    public ReadinessState Evaluate(JsonObject item, LiveObjects live)
    {
        if (item.Condition("Progressing") is { } progressing && progressing.Text("reason") == "ProgressDeadlineExceeded")
            return ReadinessState.Failed($"the rollout made no progress within {item.Number("spec", "progressDeadlineSeconds") ?? 600} s");
        if (item.Number("status", "observedGeneration") is null)
            return ReadinessState.Waiting("the rollout has not begun");
        var wanted = item.Number("spec", "replicas") ?? 1;
        var replicas = item.Number("status", "replicas") ?? 0;
        var updated = item.Number("status", "updatedReplicas") ?? 0;
        var ready = item.Number("status", "readyReplicas") ?? 0;
        var available = item.Number("status", "availableReplicas") ?? 0;
        return (wanted, replicas, updated, ready, available) switch
        {
            _ when updated < wanted => ReadinessState.Waiting($"{updated} of {wanted} replicas are updated"),
            _ when replicas > updated => ReadinessState.Waiting($"{Counted.Of(replicas - updated, "old replica")} {(replicas - updated == 1 ? "is" : "are")} ending"),
            _ when ready < wanted => ReadinessState.Waiting($"{ready} of {wanted} replicas are ready"),
            _ when available < updated => ReadinessState.Waiting($"{available} of {updated} replicas are available"),
            _ when wanted > 0 && item.Condition("Available")?.Text("status") != "True" => ReadinessState.Waiting("it is not available"),
            _ => ReadinessState.Ready,
        };
    }
}
