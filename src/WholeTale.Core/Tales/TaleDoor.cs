using WholeTale.Core.Access;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tales;

/// <summary>Finds the door that tales are reached through, once for all tales of a command.</summary>
internal sealed class TaleDoor(ApiClient api, Cluster cluster, IngressSettings settings, IProgress<Report> progress) : IDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private Task<IngressSettings>? finding;

    /// <summary>The settings of the door, completed by what the cluster has.</summary>
    /// <exception cref="ApiException">The cluster cannot be asked; the next call asks again.</exception>
    public Task<IngressSettings> FindAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (finding is null or { IsCompleted: true, IsCompletedSuccessfully: false })
                finding = FindAsync();
            return finding.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops asking.</summary>
    public void Dispose()
    {
        ending.Cancel();
        ending.Dispose();
    }

    private async Task<IngressSettings> FindAsync()
    {
        var door = await IngressChoice.FindAsync(settings, cluster.Provider, api, cluster.Namespace, ending.Token);
        if (PlatformVariables.IngressController(door) == "gce")
        {
            // https://cloud.google.com/kubernetes-engine/docs/concepts/ingress: an Ingress is a load balancer with an address.
            progress.Report(new WarningReport(
                "The class gce gives each tale a load balancer and an address of its own, within minutes; a wildcard name in DNS leads to one of them only. "
                + "Where tales are to be reached by name, set Ingress.GatewayClass (gke-l7-global-external-managed), or run another ingress controller."));
        }

        return door;
    }
}
