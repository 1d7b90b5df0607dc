using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>A Service is ready when it exists, one with a load balancer when that has an address.</summary>
internal sealed class ServiceReadiness : IReadinessRule
{
    public ResourceType Type => ResourceTypes.Service;

    public bool TakesTime(JsonObject item) => item.Text("spec", "type") == "LoadBalancer";

    public ReadinessState Evaluate(JsonObject item, LiveObjects live) =>
        !TakesTime(item) || item.Items("status", "loadBalancer", "ingress").Any()
            ? ReadinessState.Ready
            : ReadinessState.Waiting("its load balancer has no address");
}
