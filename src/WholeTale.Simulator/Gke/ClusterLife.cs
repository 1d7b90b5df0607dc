using System.Text;
using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Gke;

/// <summary>Brings the Kubernetes behind a cluster to life, and stops it.</summary>
/// <param name="project">Where the clusters are.</param>
/// <param name="owner">Whose a token of Google's is; its owner administers the clusters.</param>
/// <param name="complain">Told of what should not have happened.</param>
internal sealed class ClusterLife(GkeProject project, Func<string, string?> owner, Action<string> complain)
{
    public async Task StartAsync(LiveCluster live)
    {
        var kubernetes = await SimulatedCluster.StartAsync(
            project.Options with
            {
                Name = live.Name.Cluster,
                Token = null,
                Port = 0,
                Nodes = 0,
                ManagedNodes = true,
                ForeignTokens = owner,
                Faults = project.Faults,
                Version = SimulatedProject.Version(live.Description.CurrentMasterVersion),
            },
            null, null, CancellationToken.None);
        kubernetes.Complaint += complain;
        lock (project.Gate)
        {
            live.Kubernetes = kubernetes;
            live.Description.Endpoint = kubernetes.Endpoint.Authority;
            live.Description.MasterAuth = new MasterAuth { ClusterCaCertificate = Convert.ToBase64String(Encoding.UTF8.GetBytes(kubernetes.AuthorityPem)) };
        }

        await project.SettleAsync(live);
    }

    public async Task StopAsync(LiveCluster live)
    {
        SimulatedCluster? kubernetes;
        lock (project.Gate)
        {
            project.Remove(live);
            kubernetes = live.Kubernetes;
            live.Kubernetes = null;
        }

        if (kubernetes is not null)
            await kubernetes.DisposeAsync();
    }
}
