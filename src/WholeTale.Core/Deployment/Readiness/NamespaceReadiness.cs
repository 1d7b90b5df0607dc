using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>A namespace is ready when it is active.</summary>
internal sealed class NamespaceReadiness : IReadinessRule
{
    public ResourceType Type => ResourceTypes.Namespace;

    public ReadinessState Evaluate(JsonObject item, LiveObjects live) =>
        item.Text("status", "phase") is "" or "Active" ? ReadinessState.Ready : ReadinessState.Waiting($"it is {item.Text("status", "phase")}");
}
