using System.Runtime.CompilerServices;
using Google.Cloud.Container.V1;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Gke.Access;
using WholeTale.Gke.Changing;
using WholeTale.Gke.Creating;
using WholeTale.Gke.Operations;
using WholeTale.Gke.Removing;
using Messages = Google.Cloud.Container.V1;
using States = Google.Cloud.Container.V1.Cluster.Types.Status;

namespace WholeTale.Gke;

/// <summary>Clusters of Google Kubernetes Engine, by its API: no gcloud is needed. What is begun goes on at Google and is picked up when the command is repeated.</summary>
public sealed class GkeProvider : IManagedClusterProvider
{
    /// <summary>The provider's name as users type it.</summary>
    public const string ProviderName = "Gke";

    private const string AllLocations = "-";

    private readonly TimeProvider time;

    /// <summary>The provider.</summary>
    public GkeProvider()
        : this(TimeProvider.System)
    {
    }

    internal GkeProvider(TimeProvider time) => this.time = time;

    /// <inheritdoc/>
    public string Name => ProviderName;

    /// <inheritdoc/>
    public async Task<Core.Clusters.Cluster> CreateAsync(ClusterRequest request, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        using var session = await GkeSession.OpenAsync(request.Settings, time, cancellationToken);
        var creation = new ClusterCreation(session, progress);
        return ClusterDescription.Describe(await creation.RunAsync(request, cancellationToken), session);
    }

    /// <inheritdoc/>
    public async Task<Core.Clusters.Cluster?> FindAsync(string name, ResolvedSettings settings, CancellationToken cancellationToken)
    {
        using var session = await GkeSession.OpenAsync(settings, time, cancellationToken);
        return await LocateAsync(session, name, cancellationToken) is { } found ? ClusterDescription.Describe(found, session) : null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Core.Clusters.Cluster> ListAsync(ResolvedSettings settings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!GkeSession.IsConfigured(settings))
        {
            throw new ClusterException(
                "GoogleProjectMissing", FailureKind.InvalidInput, null, "The clusters of Google Kubernetes Engine cannot be listed: no project is named.", "Set Gke.ProjectId, or the variable WT_GKE_PROJECTID.");
        }

        using var session = await GkeSession.OpenAsync(settings, time, cancellationToken);
        foreach (var cluster in (await ListAllAsync(session, cancellationToken)).Clusters)
            yield return ClusterDescription.Describe(cluster, session);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(Core.Clusters.Cluster cluster, bool force, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        using var session = await GkeSession.OpenAsync(SettingsOf(cluster), time, cancellationToken);
        await new ClusterRemoval(session, progress).RunAsync(PathOf(session, cluster), force, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Core.Clusters.Cluster?> WaitAsync(Core.Clusters.Cluster cluster, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        using var session = await GkeSession.OpenAsync(SettingsOf(cluster), time, cancellationToken);
        var path = PathOf(session, cluster);
        var follower = new OperationFollower(session, progress);
        while (await follower.FindAsync(path, cancellationToken) is { } operation)
            await follower.WaitAsync(path, operation, OperationWords.Describe(operation, path), cancellationToken);
        var now = await GetAsync(session, path, cancellationToken);
        if (now is { Status: States.Error })
            throw ClusterCreation.Broken(now);
        return now is null ? null : ClusterDescription.Describe(now, session);
    }

    /// <inheritdoc/>
    public async Task<Core.Clusters.Cluster> AdjustAsync(Core.Clusters.Cluster cluster, ClusterAdjustment adjustment, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        using var session = await GkeSession.OpenAsync(SettingsOf(cluster), time, cancellationToken);
        var path = PathOf(session, cluster);
        await new ClusterChange(session, progress).RunAsync(path, adjustment, cancellationToken);
        return ClusterDescription.Describe(await RequireAsync(session, path, cancellationToken), session);
    }

    /// <summary>Reads a cluster; null where there is none.</summary>
    internal static Task<Messages.Cluster?> GetAsync(GkeSession session, ClusterPath path, CancellationToken cancellationToken) => session.Api.FindAsync(
        (client, token) => client.GetClusterAsync(new GetClusterRequest { Name = path.ToString() }, token), path.Name, $"Looking for the cluster {path.Name}", cancellationToken);

    /// <summary>Reads a cluster that must be there.</summary>
    /// <exception cref="ClusterException">It is not.</exception>
    internal static async Task<Messages.Cluster> RequireAsync(GkeSession session, ClusterPath path, CancellationToken cancellationToken) =>
        await GetAsync(session, path, cancellationToken) ?? throw new ClusterException(
            "ClusterNotFound", FailureKind.NotFound, path.Name, $"There is no cluster {path.Name} in {path.Location} of the project {path.Project}.", "See 'Get-WTCluster -Provider Gke' for those there are.");

    /// <summary>All clusters of the project.</summary>
    internal static Task<ListClustersResponse> ListAllAsync(GkeSession session, CancellationToken cancellationToken) => session.Api.SendAsync(
        (client, token) => client.ListClustersAsync(new ListClustersRequest { Parent = ClusterPath.ParentOf(session.Project, AllLocations) }, token),
        session.Project, $"Listing the clusters of the project {session.Project}", cancellationToken);

    // Where the settings say first; then anywhere, for whoever knows the name alone.
    private static async Task<Messages.Cluster?> LocateAsync(GkeSession session, string name, CancellationToken cancellationToken)
    {
        if (await GetAsync(session, session.PathOf(name), cancellationToken) is { } there)
            return there;
        var named = (await ListAllAsync(session, cancellationToken)).Clusters.Where(cluster => cluster.Name == name).ToList();
        return named.Count <= 1 ? named.FirstOrDefault() : throw new ClusterException(
            "ClusterAmbiguous", FailureKind.InvalidInput, name, $"The project {session.Project} has more than one cluster {name}: in {string.Join(", ", named.Select(cluster => cluster.Location))}.", "Say which by the setting Gke.Location.");
    }

    private static ClusterPath PathOf(GkeSession session, Core.Clusters.Cluster cluster) =>
        cluster.Location.Length > 0 ? new ClusterPath(session.Project, cluster.Location, cluster.Name) : session.PathOf(cluster.Name);

    private static ResolvedSettings SettingsOf(Core.Clusters.Cluster cluster) => cluster.Settings ?? throw new ClusterException(
        "SettingsMissing", FailureKind.InvalidInput, cluster.Name, $"The cluster {cluster.Name} has no settings, and so no project.", "Get it anew with 'Get-WTCluster'.");
}
