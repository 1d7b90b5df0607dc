using System.Text.Json.Nodes;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>
/// A claim is ready when it is bound. One whose class waits for its first consumer is ready as it is: the pod that uses it is what has to be waited for
/// (kstatus waits for ever there).
/// </summary>
internal sealed class ClaimReadiness : IReadinessRule
{
    private const string DefaultClass = "storageclass.kubernetes.io/is-default-class";

    public ResourceType Type => ResourceTypes.PersistentVolumeClaim;

    public IReadOnlyList<ResourceType> Needs => [ResourceTypes.StorageClass];

    public ReadinessState Evaluate(JsonObject item, LiveObjects live)
    {
        var phase = item.Text("status", "phase");
        if (phase == "Bound")
            return ReadinessState.Ready;
        if (phase == "Lost")
            return ReadinessState.Failed($"its volume {item.Text("spec", "volumeName")} is lost");
        return ClassOf(item, live)?.Text("volumeBindingMode") == "WaitForFirstConsumer" || EventLog.Newest(item, live, "WaitForFirstConsumer") is not null
            ? ReadinessState.Ready
            : ReadinessState.Waiting("it is not bound to a volume");
    }

    /// <summary>The storage class of a claim; null where there is none of that name, or no default.</summary>
    internal static JsonObject? ClassOf(JsonObject claim, LiveObjects live)
    {
        var name = claim.Text("spec", "storageClassName");
        var classes = live.All(ResourceTypes.StorageClass);
        return name.Length > 0
            ? classes.FirstOrDefault(item => item.Name() == name)
            : claim.At("spec", "storageClassName") is null ? classes.FirstOrDefault(item => item.Annotation(DefaultClass) == "true") : null;
    }
}
