using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>A Gateway is ready when its controller has programmed it and given it an address (Gateway API v1, GatewayConditionProgrammed); one that is not accepted fails.</summary>
internal sealed class GatewayReadiness : IReadinessRule
{
    public ResourceType Type { get; } = new("gateway.networking.k8s.io", "v1", "Gateway", "gateways", true);

    public ReadinessState Evaluate(JsonObject item, LiveObjects live)
    {
        // The API server fills in Accepted and Programmed as Unknown until a controller comes.
        if (item.Condition("Accepted") is { } accepted && accepted.Text("status") == "False" && accepted.Text("reason") is not "Pending")
            return ReadinessState.Failed($"its controller refuses it: {accepted.Text("message").TrimEnd('.')}");
        if (item.Condition("Programmed").Text("status") != "True")
            return ReadinessState.Waiting(item.Condition("Programmed").Text("message") is { Length: > 0 } message ? message.TrimEnd('.') : "no controller has looked at it");
        return item.Items("status", "addresses").Any() ? ReadinessState.Ready : ReadinessState.Waiting("its controller has not given it an address");
    }
}
