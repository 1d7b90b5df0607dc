using System.Net;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Clusters;

/// <summary>The cluster that this process runs in, by its pod's service account (<see href="https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/"/>).</summary>
internal sealed class InClusterAccount(string folder, string host, string port)
{
    /// <summary>The name under which it is offered beside the contexts of kubeconfigs.</summary>
    internal const string Context = "in-cluster";

    private const string DefaultFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    internal Uri Endpoint { get; } = new($"https://{(IPAddress.TryParse(host, out var address) && host.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : host)}:{port}");

    /// <summary>The account; null outside of a pod.</summary>
    internal static InClusterAccount? Find() =>
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } host
        && Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT") is { Length: > 0 } port
        && File.Exists(Path.Combine(DefaultFolder, "token"))
            ? new InClusterAccount(DefaultFolder, host, port)
            : null;

    internal ApiConnection Connect() => new()
    {
        Name = Context,
        Endpoint = Endpoint,
        CertificateAuthorities = KubeconfigCredentials.Authorities(File.ReadAllText(Path.Combine(folder, "ca.crt"))),
        Token = new TokenFile(Path.Combine(folder, "token"), TimeProvider.System).GetTokenAsync,
    };
}
