using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>A CustomResourceDefinition is ready when its kind is served.</summary>
internal sealed class CustomResourceDefinitionReadiness : IReadinessRule
{
    public ResourceType Type => ResourceTypes.CustomResourceDefinition;

    public ReadinessState Evaluate(JsonObject item, LiveObjects live)
    {
        if (item.Condition("NamesAccepted") is { } names && names.Text("status") == "False")
            return ReadinessState.Failed($"its names are taken: {names.Text("message")}");
        return item.Condition("Established")?.Text("status") == "True" ? ReadinessState.Ready : ReadinessState.Waiting("its kind is not served");
    }
}
