using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Kubernetes;
using WholeTale.Gke.Access;
using Messages = Google.Cloud.Container.V1;

namespace WholeTale.Gke;

/// <summary>Turns Google's cluster into the product's.</summary>
internal static class ClusterDescription
{
    // What gcloud itself writes into a kubeconfig: https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl
    private static readonly ExecPlugin Plugin = new()
    {
        Command = "gke-gcloud-auth-plugin",
        ApiVersion = "client.authentication.k8s.io/v1beta1",
        InstallHint = "Install gke-gcloud-auth-plugin: https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl#install_plugin",
        ProvideClusterInfo = true,
    };

    /// <summary>The cluster, with a connection where its API server can be reached by now.</summary>
    internal static Cluster Describe(Messages.Cluster cluster, GkeSession session)
    {
        var endpoint = cluster.Endpoint.Length > 0 && Uri.TryCreate($"https://{cluster.Endpoint}", UriKind.Absolute, out var address) ? address : null;
        var status = Status(cluster.Status);
        return new Cluster
        {
            Name = cluster.Name,
            Provider = GkeProvider.ProviderName,
            Location = cluster.Location,
            Status = status,
            KubernetesVersion = cluster.CurrentMasterVersion.Length > 0 ? $"v{cluster.CurrentMasterVersion}" : "",
            NodeCount = cluster.CurrentNodeCount,
            AddsNodes = AddsNodes(cluster),
            Endpoint = endpoint,
            Namespace = session.Settings.Settings.Namespace,
            Settings = session.Settings,
            Connection = endpoint is not null && status is ClusterStatus.Running or ClusterStatus.Reconciling ? Connect(cluster, endpoint!, session.Credentials) : null,
        };
    }

    private static bool AddsNodes(Messages.Cluster cluster) =>
        cluster.Autopilot?.Enabled == true || cluster.Autoscaling?.EnableNodeAutoprovisioning == true || cluster.NodePools.Any(pool => pool.Autoscaling?.Enabled == true);

    private static ClusterStatus Status(Messages.Cluster.Types.Status status) => status switch
    {
        Messages.Cluster.Types.Status.Provisioning => ClusterStatus.Provisioning,
        Messages.Cluster.Types.Status.Running => ClusterStatus.Running,
        // Degraded: the reference's words are "requires user action to restore full functionality"; the API server answers.
        Messages.Cluster.Types.Status.Reconciling or Messages.Cluster.Types.Status.Degraded => ClusterStatus.Reconciling,
        Messages.Cluster.Types.Status.Stopping => ClusterStatus.Deleting,
        Messages.Cluster.Types.Status.Error => ClusterStatus.Error,
        _ => ClusterStatus.Unknown,
    };

    private static ApiConnection Connect(Messages.Cluster cluster, Uri endpoint, GoogleCredentials credentials) => new()
    {
        Name = cluster.Name,
        Endpoint = endpoint,
        CertificateAuthorities = Authorities(cluster),
        Token = credentials.GetTokenAsync,
        ExecPlugin = Plugin,
    };

    private static X509Certificate2Collection? Authorities(Messages.Cluster cluster)
    {
        if (cluster.MasterAuth?.ClusterCaCertificate is not { Length: > 0 } encoded)
            return null;
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(encoded)));
            return authorities;
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            throw new ClusterException(
                "ClusterCertificateInvalid", FailureKind.Malformed, cluster.Name, $"The cluster {cluster.Name} cannot be reached safely: the authority's certificate that Google gives for it cannot be read.", "Try again; where it stays so, ask Google's support.", exception);
        }
    }
}
