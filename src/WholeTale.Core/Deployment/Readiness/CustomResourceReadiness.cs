using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>Any other kind: what its conditions say by kstatus's conventions. One without a Ready condition is ready when it exists.</summary>
internal static class CustomResourceReadiness
{
    internal static ReadinessState Evaluate(JsonObject item)
    {
        if (item.Condition("Stalled") is { } stalled && stalled.Text("status") == "True")
            return ReadinessState.Failed($"it is stalled: {stalled.Text("message")}");
        if (item.Condition("Reconciling") is { } reconciling && reconciling.Text("status") == "True")
            return ReadinessState.Waiting(reconciling.Text("message"));
        return item.Condition("Ready") is { } ready && ready.Text("status") is "False" or "Unknown"
            ? ReadinessState.Waiting(item.Condition("Ready").Text("message") is { Length: > 0 } message ? message : "it is not ready")
            : ReadinessState.Ready;
    }
}
