using Google.Cloud.Container.V1;
using Grpc.Core;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Gke.Access;
using WholeTale.Gke.Failures;
using WholeTale.Gke.Operations;
using WholeTale.Gke.Removing;
using Messages = Google.Cloud.Container.V1;
using States = Google.Cloud.Container.V1.Cluster.Types.Status;

namespace WholeTale.Gke.Creating;

/// <summary>Creates a cluster, or takes up what is there by its state: running ones are returned, one being created is waited for, a broken one is explained.</summary>
internal sealed class ClusterCreation(GkeSession session, IProgress<Report> progress)
{
    private readonly OperationFollower follower = new(session, progress);

    /// <summary>Sees to it that the cluster is there.</summary>
    /// <exception cref="ClusterException">It cannot be made.</exception>
    internal async Task<Messages.Cluster> RunAsync(ClusterRequest request, CancellationToken cancellationToken)
    {
        var path = session.PathOf(request.Name);
        var doing = $"Creating the cluster {path.Name}";
        var found = await GkeProvider.GetAsync(session, path, cancellationToken);
        if (found is { Status: States.Error } && request.Force)
        {
            progress.Report(new WarningReport($"The cluster {path.Name} is broken ({Conditions(found)}): it is deleted and created anew, since -Force is given."));
            await new ClusterRemoval(session, progress).RunAsync(path, force: false, cancellationToken);
            found = null;
        }

        if (found is null)
        {
            await RefuseElsewhereAsync(path, request.Force, cancellationToken);
            await BeginAsync(path, doing, request.NoWait, cancellationToken);
        }
        else if (found.Status == States.Provisioning && !request.NoWait)
        {
            progress.Report(new VerboseReport($"The cluster {path.Name} is being created already; its operation is joined."));
            await JoinAsync(path, doing, cancellationToken);
        }

        var now = await GkeProvider.RequireAsync(session, path, cancellationToken);
        return Accept(now, request.NoWait);
    }

    /// <summary>Says why a cluster does not work, by its conditions.</summary>
    internal static ClusterException Broken(Messages.Cluster cluster) => new(
        "GkeClusterBroken", FailureKind.Refused, cluster.Name, $"The cluster {cluster.Name} is in error: {Conditions(cluster)}.",
        "Put that right where it is a quota or a permission; then 'New-WTCluster -Force' deletes it and creates it anew, with all that is on it gone.");

    private Messages.Cluster Accept(Messages.Cluster cluster, bool asBegun)
    {
        switch (cluster.Status)
        {
            case States.Error:
                throw Broken(cluster);
            case States.Stopping:
                throw new ClusterException(
                    "GkeClusterDeleting", FailureKind.Conflict, cluster.Name, $"The cluster {cluster.Name} is being deleted.", "Wait until it is gone ('Get-WTCluster -Wait'), and run this again.");
            case States.Degraded:
                progress.Report(new WarningReport($"The cluster {cluster.Name} works, and something is wrong with it: {Conditions(cluster)}."));
                break;
            case States.Provisioning when !asBegun:
                throw new ClusterException(
                    "GkeClusterNotReady", FailureKind.NotReady, cluster.Name, $"The cluster {cluster.Name} is still being created, although its operation has ended.", "Run this again in a minute.");
        }

        return cluster;
    }

    private async Task BeginAsync(ClusterPath path, string doing, bool isBegunEnough, CancellationToken cancellationToken)
    {
        var version = await Preflight.CheckAsync(session, path, cancellationToken);
        var blueprint = ClusterBlueprint.Draw(path.Name, path.Project, version, session.Settings.Settings);
        Operation operation;
        try
        {
            operation = await session.Api.SendAsync(
                (client, token) => client.CreateClusterAsync(new CreateClusterRequest { Parent = path.Parent, Cluster = blueprint }, token), path.Name, doing, cancellationToken);
        }
        catch (ClusterException exception) when (exception.InnerException is RpcException { StatusCode: StatusCode.AlreadyExists })
        {
            // Our own request got there although its answer was lost, or somebody was faster: either way it is there.
            if (!isBegunEnough)
                await JoinAsync(path, doing, cancellationToken);
            return;
        }

        progress.Report(new VerboseReport($"{doing}: operation {operation.Name} in {path.Location}."));
        if (!isBegunEnough)
            await follower.WaitAsync(path, operation, doing, cancellationToken);
    }

    // Where no operation is found, it has ended in between: the cluster's own status tells.
    private async Task JoinAsync(ClusterPath path, string doing, CancellationToken cancellationToken)
    {
        if (await follower.FindAsync(path, cancellationToken, Operation.Types.Type.CreateCluster) is { } operation)
            await follower.WaitAsync(path, operation, doing, cancellationToken);
    }

    // Google allows one name in two locations; a deploy by name would not know which.
    private async Task RefuseElsewhereAsync(ClusterPath path, bool force, CancellationToken cancellationToken)
    {
        if (force)
            return;
        var all = await GkeProvider.ListAllAsync(session, cancellationToken);
        if (all.Clusters.FirstOrDefault(cluster => cluster.Name == path.Name && cluster.Location != path.Location) is { } other)
        {
            throw new ClusterException(
                "GkeNameTaken", FailureKind.Conflict, path.Name, $"The project {path.Project} has a cluster {path.Name} already, in {other.Location} and not in {path.Location}.",
                "Set Gke.Location to where it is, choose another name, or create a second one with -Force.");
        }
    }

    private static string Conditions(Messages.Cluster cluster)
    {
        var texts = cluster.Conditions.Select(condition => condition.Message.Length > 0 ? condition.Message.TrimEnd('.') : condition.Code.ToString()).ToList();
        return texts.Count > 0 ? string.Join("; ", texts)
            : cluster.StatusMessage.Length > 0 ? cluster.StatusMessage.TrimEnd('.')
            : "Google does not say why";
    }
}
