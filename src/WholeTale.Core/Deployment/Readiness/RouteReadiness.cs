using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>An HTTPRoute is ready when its Gateway accepts it and finds what it leads to (Gateway API v1, RouteParentStatus).</summary>
internal sealed class RouteReadiness : IReadinessRule
{
    public ResourceType Type { get; } = new("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes", true);

    public ReadinessState Evaluate(JsonObject item, LiveObjects live)
    {
        var parents = item.Items("status", "parents").ToList();
        if (parents.Count == 0)
            return ReadinessState.Waiting("no Gateway has taken it");
        var wrong = parents.SelectMany(parent => parent.Items("conditions"))
            .FirstOrDefault(condition => condition.Text("type") is "Accepted" or "ResolvedRefs" && condition.Text("status") == "False");
        if (wrong is not null)
            return ReadinessState.Waiting($"{wrong.Text("reason")}: {wrong.Text("message").TrimEnd('.')}");
        return parents.TrueForAll(parent => parent.Items("conditions").Any(condition => condition.Text("type") == "Accepted" && condition.Text("status") == "True"))
            ? ReadinessState.Ready
            : ReadinessState.Waiting("its Gateway has not accepted it");
    }
}
