using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Readiness;

/// <summary>Says when an object of a kind is ready. One class a kind; they follow kstatus (sigs.k8s.io/cli-utils/pkg/kstatus) but where a comment says otherwise.</summary>
internal interface IReadinessRule
{
    /// <summary>The kind.</summary>
    ResourceType Type { get; }

    /// <summary>Other kinds that the rule looks at.</summary>
    IReadOnlyList<ResourceType> Needs => [];

    /// <summary>Whether an object becomes ready only some time after it exists.</summary>
    bool TakesTime(JsonObject item) => true;

    /// <summary>Looks at an object that exists, is not being deleted, and whose controller has seen its latest generation.</summary>
    ReadinessState Evaluate(JsonObject item, LiveObjects live);
}
