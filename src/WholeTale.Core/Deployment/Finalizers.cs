namespace WholeTale.Core.Deployment;

/// <summary>Who has to take a finalizer away, as the controllers' own documentation names them.</summary>
internal static class Finalizers
{
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
