using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>What keeps an object that is being deleted, and who has to take that away.</summary>
internal static class Finalizers
{
    /// <summary>What keeps an object, in words; nothing where it does not tell.</summary>
    internal static IReadOnlyList<string> Of(JsonObject? item) =>
    [
        .. (item.At("metadata", "finalizers") as JsonArray ?? []).Select(name => Owner((string?)name ?? "")),

        // A namespace waits for what is in it, and says in conditions what that is and which finalizers it has.
        .. item.Text("kind") == "Namespace" ? item.Items("status", "conditions").Where(condition => condition.Text("status") == "True").Select(condition => condition.Text("message")) : [],
    ];

    /// <summary>Who has to take a finalizer away, as the controllers' own documentation names them.</summary>
    internal static string Owner(string finalizer) => finalizer switch
    {
        "kubernetes.io/pvc-protection" => $"{finalizer}: a pod still uses the claim",
        "kubernetes.io/pv-protection" => $"{finalizer}: a claim still uses the volume",
        "service.kubernetes.io/load-balancer-cleanup" => $"{finalizer}: the cloud's controller still deletes the load balancer",
        "foregroundDeletion" => $"{finalizer}: the garbage collector waits for what the object owns",
        "orphan" => $"{finalizer}: the garbage collector lets its dependants go",
        _ when finalizer.StartsWith("networking.gke.io/", StringComparison.Ordinal) => $"{finalizer}: GKE's ingress controller",
        _ when finalizer.Contains('/', StringComparison.Ordinal) => $"{finalizer}: the controller of {finalizer[..finalizer.IndexOf('/', StringComparison.Ordinal)]}",
        _ => finalizer,
    };
}
