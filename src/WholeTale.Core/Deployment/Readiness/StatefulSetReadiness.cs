using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>A StatefulSet is ready when all its pods are of the new revision and ready; one that is updated by hand (OnDelete) when its pods are ready.</summary>
internal sealed class StatefulSetReadiness : IReadinessRule
{
    public ResourceType Type => ResourceTypes.StatefulSet;

    public ReadinessState Evaluate(JsonObject item, LiveObjects live)
    {
        if (item.Number("status", "observedGeneration") is null)
            return ReadinessState.Waiting("the rollout has not begun");
        var wanted = item.Number("spec", "replicas") ?? 1;
        var replicas = item.Number("status", "replicas") ?? 0;
        var ready = item.Number("status", "readyReplicas") ?? 0;
        var updated = item.Number("status", "updatedReplicas") ?? 0;
        if (replicas < wanted)
            return ReadinessState.Waiting($"{replicas} of {wanted} replicas exist");
        if (ready < wanted)
            return ReadinessState.Waiting($"{ready} of {wanted} replicas are ready");
        if (replicas > wanted)
            return ReadinessState.Waiting($"{replicas - wanted} replicas too many are ending");
        if (item.Text("spec", "updateStrategy", "type") == "OnDelete")
            return ReadinessState.Ready;
        if (item.Number("spec", "updateStrategy", "rollingUpdate", "partition") is { } partition and > 0)
            return updated < wanted - partition ? ReadinessState.Waiting($"{updated} of {wanted - partition} replicas are updated") : ReadinessState.Ready;
        return item.Text("status", "updateRevision") is { Length: > 0 } revision && revision != item.Text("status", "currentRevision")
            ? ReadinessState.Waiting($"{updated} of {wanted} replicas are updated")
            : ReadinessState.Ready;
    }
}
