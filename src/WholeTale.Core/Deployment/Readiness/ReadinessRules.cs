using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>The rules of all kinds, and what holds for every kind.</summary>
internal static class ReadinessRules
{
    private static readonly IReadinessRule[] Rules =
    [
        new DeploymentReadiness(), new StatefulSetReadiness(), new DaemonSetReadiness(), new JobReadiness(), new PodReadiness(), new ClaimReadiness(), new ServiceReadiness(),
        new IngressReadiness(), new NamespaceReadiness(), new CustomResourceDefinitionReadiness(), new CertificateReadiness(), new GatewayReadiness(), new RouteReadiness(),
    ];

    private static readonly Dictionary<ResourceType, IReadinessRule> ByType = Rules.ToDictionary(rule => rule.Type);

    private static readonly HashSet<ResourceType> ReadyWhenThere = [.. ResourceTypes.All.Where(type => !ByType.ContainsKey(type))];

    /// <summary>Whether an object becomes ready only some time after it exists.</summary>
    internal static bool TakesTime(PlannedObject planned) =>
        !ReadyWhenThere.Contains(planned.Reference.Type) && (!ByType.TryGetValue(planned.Reference.Type, out var rule) || rule.TakesTime(planned.Manifest));

    /// <summary>Further kinds that must be known to say whether objects of a kind are ready.</summary>
    internal static IReadOnlyList<ResourceType> Needs(ResourceType type) => ByType.TryGetValue(type, out var rule) ? rule.Needs : [];

    internal static ReadinessState Evaluate(ObjectReference reference, LiveObjects live)
    {
        if (live.Find(reference) is not { } item)
            return ReadinessState.Waiting($"{reference.Type.Kind} {reference.Name} does not exist");
        if (item.IsDeleting())
            return ReadinessState.Waiting($"{reference.Type.Kind} {reference.Name} is being deleted");
        if (ReadyWhenThere.Contains(reference.Type))
            return ReadinessState.Ready;

        // kstatus: the status says nothing until the controller has caught up with the spec.
        if (item.Number("status", "observedGeneration") is { } observed && item.Number("metadata", "generation") is { } generation && observed < generation)
            return ReadinessState.Waiting($"{reference.Type.Kind} {reference.Name} has not been looked at by its controller");
        var state = ByType.TryGetValue(reference.Type, out var rule) ? rule.Evaluate(item, live) : CustomResourceReadiness.Evaluate(item);
        return state.Phase == ReadinessPhase.Ready ? state : state with { Message = $"{reference.Type.Kind} {reference.Name}: {state.Message}" };
    }
}
