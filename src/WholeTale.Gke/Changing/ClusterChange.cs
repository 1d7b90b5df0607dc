using Google.Cloud.Container.V1;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Gke.Access;
using WholeTale.Gke.Creating;
using WholeTale.Gke.Operations;
using Messages = Google.Cloud.Container.V1;

namespace WholeTale.Gke.Changing;

/// <summary>Changes a cluster that is there: its size, its protection.</summary>
internal sealed class ClusterChange(GkeSession session, IProgress<Report> progress)
{
    private readonly OperationFollower follower = new(session, progress);

    internal async Task RunAsync(ClusterPath path, ClusterAdjustment adjustment, CancellationToken cancellationToken)
    {
        var cluster = await GkeProvider.RequireAsync(session, path, cancellationToken);
        if (adjustment.NodeCount is { } count)
            await ResizeAsync(path, cluster, adjustment.NodePool, count, cancellationToken);
        if (adjustment.DeletionProtection is { } isProtected && isProtected != Ownership.IsProtected(cluster.ResourceLabels))
            await ProtectAsync(path, isProtected, cancellationToken);
    }

    private async Task ResizeAsync(ClusterPath path, Messages.Cluster cluster, string? named, int count, CancellationToken cancellationToken)
    {
        if (cluster.Autopilot?.Enabled == true)
        {
            throw new ClusterException(
                "GkeAutopilot", FailureKind.Refused, path.Name, $"The cluster {path.Name} runs in Autopilot mode, where Google chooses the number of nodes.", "It grows and shrinks with what is deployed; there is nothing to set.");
        }

        var pool = Choose(cluster, named);
        if (pool.Autoscaling?.Enabled == true)
            progress.Report(new WarningReport($"The node pool {pool.Name} scales itself between {pool.Autoscaling.MinNodeCount} and {pool.Autoscaling.MaxNodeCount} nodes a zone, and may change its size again."));
        var doing = $"Resizing the cluster {path.Name}";
        var operation = await session.Api.SendAsync(
            (client, token) => client.SetNodePoolSizeAsync(new SetNodePoolSizeRequest { Name = path.NodePool(pool.Name), NodeCount = count }, token), path.Name, doing, cancellationToken);
        await follower.WaitAsync(path, operation, doing, cancellationToken);
    }

    private async Task ProtectAsync(ClusterPath path, bool isProtected, CancellationToken cancellationToken)
    {
        var doing = $"Changing the protection of the cluster {path.Name}";
        // Read anew: the fingerprint changes with every change of the labels.
        var cluster = await GkeProvider.RequireAsync(session, path, cancellationToken);
        var request = new SetLabelsRequest { Name = path.ToString(), LabelFingerprint = cluster.LabelFingerprint };
        request.ResourceLabels.Add(Ownership.Protect(cluster.ResourceLabels, isProtected));
        var operation = await session.Api.SendAsync((client, token) => client.SetLabelsAsync(request, token), path.Name, doing, cancellationToken);
        await follower.WaitAsync(path, operation, doing, cancellationToken);
    }

    private static NodePool Choose(Messages.Cluster cluster, string? named)
    {
        var pools = cluster.NodePools.ToDictionary(pool => pool.Name, StringComparer.Ordinal);
        if (pools.TryGetValue(named ?? ClusterBlueprint.DefaultPool, out var chosen))
            return chosen;
        return named is null && pools.Count == 1 ? cluster.NodePools[0] : throw new ClusterException(
            "NodePoolNotFound", FailureKind.NotFound, cluster.Name, $"The cluster {cluster.Name} has no node pool {named ?? ClusterBlueprint.DefaultPool}.", $"Name one of {string.Join(", ", pools.Keys)} by -NodePool.");
    }
}
