using System.Text.Json.Nodes;
using WholeTale.Core.Deployment.Readiness;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>One object of a plan.</summary>
/// <param name="Reference">Which object.</param>
/// <param name="Component">The component it belongs to.</param>
/// <param name="Manifest">What is applied.</param>
/// <param name="Origin">The template and line it came from, for messages.</param>
internal sealed record PlannedObject(ObjectReference Reference, string Component, JsonObject Manifest, string Origin)
{
    /// <summary>The row that the user sees.</summary>
    internal AppliedObject Row(AppliedResult result) => new(Reference.Type.Kind, Reference.Name, Reference.Namespace ?? "", Component, result);

    private static readonly ResourceType Certificate = new CertificateReadiness().Type;

    /// <summary>Whether it runs pods, or may: what another's controller makes of an object of its kind is not known here, but of a certificate.</summary>
    internal bool Runs =>
        ResourceTypes.Workloads.Contains(Reference.Type) || (ResourceTypes.Find(Reference.Type.ApiVersion, Reference.Type.Kind) is null && Reference.Type != Certificate);

    /// <summary>Whether deleting it would lose what users have made.</summary>
    internal bool HoldsData => Reference.Type == ResourceTypes.PersistentVolumeClaim || Reference.Type == ResourceTypes.PersistentVolume;
}

/// <summary>A component of a plan.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DependsOn">The components that must be ready before anything of it runs.</param>
/// <param name="Objects">Its objects.</param>
internal sealed record PlannedComponent(string Name, IReadOnlyList<string> DependsOn, IReadOnlyList<PlannedObject> Objects);
