using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>A pod is ready when its condition says so, or when it has done its work.</summary>
internal sealed class PodReadiness : IReadinessRule
{
    public ResourceType Type => ResourceTypes.Pod;

    public ReadinessState Evaluate(JsonObject item, LiveObjects live) => item.Text("status", "phase") switch
    {
        "Succeeded" => ReadinessState.Ready,
        "Failed" => ReadinessState.Failed($"it failed: {item.Text("status", "reason")} {item.Text("status", "message")}".TrimEnd()),
        "Running" when item.Condition("Ready")?.Text("status") == "True" => ReadinessState.Ready,
        "Running" => ReadinessState.Waiting("its containers are not ready"),
        _ => ReadinessState.Waiting("it has not started"),
    };
}
