using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>A DaemonSet is ready when each node that should run it runs its new form.</summary>
internal sealed class DaemonSetReadiness : IReadinessRule
{
    public ResourceType Type => ResourceTypes.DaemonSet;

    public ReadinessState Evaluate(JsonObject item, LiveObjects live)
    {
        if (item.Number("status", "observedGeneration") is null || item.Number("status", "desiredNumberScheduled") is not { } wanted)
            return ReadinessState.Waiting("the rollout has not begun");
        var scheduled = item.Number("status", "currentNumberScheduled") ?? 0;
        var updated = item.Number("status", "updatedNumberScheduled") ?? 0;
        var available = item.Number("status", "numberAvailable") ?? 0;
        var ready = item.Number("status", "numberReady") ?? 0;
        if (item.Text("spec", "updateStrategy", "type") == "OnDelete")
            updated = wanted;
        return scheduled < wanted ? ReadinessState.Waiting($"{scheduled} of {wanted} pods exist")
            : updated < wanted ? ReadinessState.Waiting($"{updated} of {wanted} pods are updated")
            : Math.Min(available, ready) < wanted ? ReadinessState.Waiting($"{Math.Min(available, ready)} of {wanted} pods are ready")
            : ReadinessState.Ready;
    }
}
