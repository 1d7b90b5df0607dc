using WholeTale.Core.Clusters;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Revisions;

/// <summary>The deploys that a cluster has on record.</summary>
public static class RevisionHistory
{
    /// <summary>Lists them, newest first.</summary>
    /// <exception cref="ApiException">The cluster cannot be reached or refuses.</exception>
    public static async Task<IReadOnlyList<RevisionEntry>> ListAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var client = PlatformDeployment.Connect(cluster, null);
        var secrets = await client.ListAsync(ResourceTypes.Secret, cluster.Namespace, $"{Labels.Component}={Labels.RevisionComponent},{Labels.Ours}", cancellationToken);
        var revisions = RevisionStore.Read(secrets.Items);
        var current = revisions.LastOrDefault(revision => revision.Outcome == RevisionOutcome.Deployed)?.Number;
        return [.. revisions.Reverse().Select(revision => new RevisionEntry(
            revision.Number, revision.Outcome, revision.Number == current, revision.Started, revision.Finished - revision.Started, revision.Version,
            revision.Components.OfType<System.Text.Json.Nodes.JsonObject>().Sum(component => component.Items("objects").Count()), revision.Message)
        { Cluster = cluster })];
    }
}

/// <summary>One deploy on record. Called Revision in what users see.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Current">Whether it is the last good one.</param>
/// <param name="Started">When it began.</param>
/// <param name="Duration">How long it took; null where it has not ended.</param>
/// <param name="Version">The product's version that deployed it.</param>
/// <param name="Objects">How many objects it has.</param>
/// <param name="Message">What went wrong.</param>
public sealed record RevisionEntry(
    int Number, RevisionOutcome Outcome, bool Current, DateTimeOffset Started, TimeSpan? Duration, string Version, int Objects, string Message)
{
    /// <summary>The cluster on which it is recorded; null where that is not known.</summary>
    public Cluster? Cluster { get; init; }
}
