using Google.Cloud.Container.V1;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Gke.Access;
using WholeTale.Gke.Creating;
using WholeTale.Gke.Operations;
using Messages = Google.Cloud.Container.V1;
using States = Google.Cloud.Container.V1.Cluster.Types.Status;

namespace WholeTale.Gke.Removing;

/// <summary>Deletes a cluster, waits until it is gone, and says what Google keeps and goes on charging for.</summary>
internal sealed class ClusterRemoval(GkeSession session, IProgress<Report> progress)
{
    private readonly OperationFollower follower = new(session, progress);

    /// <summary>Deletes it; one that is gone is no error.</summary>
    /// <exception cref="ClusterException">It is not ours, is protected, or cannot be deleted now.</exception>
    internal async Task RunAsync(ClusterPath path, bool force, CancellationToken cancellationToken)
    {
        if (await GkeProvider.GetAsync(session, path, cancellationToken) is not { } cluster)
            return;
        Check(cluster, path, force);
        var kept = cluster.Status == States.Stopping ? [] : await Leftovers.FindAsync(ClusterDescription.Describe(cluster, session), progress, cancellationToken);
        var doing = $"Deleting the cluster {path.Name}";
        var operation = cluster.Status == States.Stopping
            ? await follower.FindAsync(path, cancellationToken, Operation.Types.Type.DeleteCluster)
            : await DeleteAsync(path, doing, cancellationToken);
        if (operation is not null)
            await follower.WaitAsync(path, operation, doing, cancellationToken);
        foreach (var leftover in kept)
            progress.Report(new WarningReport(leftover));
    }

    // Gone between reading and deleting is gone.
    private Task<Operation?> DeleteAsync(ClusterPath path, string doing, CancellationToken cancellationToken) => session.Api.FindAsync(
        (client, token) => client.DeleteClusterAsync(new DeleteClusterRequest { Name = path.ToString() }, token), path.Name, doing, cancellationToken);

    private static void Check(Messages.Cluster cluster, ClusterPath path, bool force)
    {
        if (Ownership.IsProtected(cluster.ResourceLabels))
        {
            throw new ClusterException(
                "ClusterProtected", FailureKind.Refused, path.Name, $"The cluster {path.Name} is protected against deletion.", $"Lift it with 'Set-WTCluster {path.Name} -DeletionProtection $false', where it is really to go.");
        }

        if (!Ownership.IsOurs(cluster.ResourceLabels) && !force)
        {
            throw new ClusterException(
                "ClusterNotOurs", FailureKind.Refused, path.Name, $"The cluster {path.Name} in {path.Location} was not made by this module and is not deleted.", "Use 'Remove-WTCluster -Force' where it is really to go, or Google's own tools.");
        }
    }
}
