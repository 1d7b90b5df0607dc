using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>What a deploy would change, or what has been changed since the last one. Writes nothing.</summary>
public static class Comparison
{
    // An object that somebody writes all the time is compared as it was at last.
    private const int Attempts = 3;

    /// <summary>Holds the settings against the cluster: what a deploy with these options would change, and beside each change what stands in its way.</summary>
    /// <exception cref="WholeTaleException">Nothing can be planned or asked: settings are wrong, or the cluster cannot be reached or does not allow it.</exception>
    public static async Task<IReadOnlyList<Change>> WithSettingsAsync(Cluster cluster, DeployOptions options, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        await using var deployment = await PlatformDeployment.PlanAsync(cluster, options with { Foresee = true, IsHypothetical = true }, progress, cancellationToken);
        return deployment.Changes;
    }

    /// <summary>Holds the last revision that was applied whole against the cluster: what others have changed and added since (drift). Empty where nothing was deployed.</summary>
    /// <exception cref="WholeTaleException">The cluster cannot be reached or refuses.</exception>
    public static async Task<IReadOnlyList<Change>> WithRevisionAsync(Cluster cluster, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var client = PlatformDeployment.Connect(cluster, progress);
        await using var watch = new NamespaceWatch(client, cluster.Namespace, Labels.NotTales);
        await watch.ListAsync([ResourceTypes.Secret], cancellationToken);
        if (RevisionStore.Read(watch.Live.All(ResourceTypes.Secret)).LastOrDefault(item => item.Outcome is RevisionOutcome.Deployed or RevisionOutcome.Applied) is not { } revision)
            return [];
        var objects = (await revision.PlanAsync(new RecordedKinds(client), cancellationToken)).SelectMany(component => component.Objects).ToList();
        await watch.ListAsync(objects.Select(planned => planned.Reference.Type), cancellationToken);
        var run = new DryRun(client, watch.Live, new DeployOptions { Force = true, Recreate = true }) { IsHypothetical = true };
        var after = new Dictionary<ObjectReference, JsonObject>((await run.RunAsync(objects, cancellationToken)).ThrowIfRefused().After);
        for (var attempt = 0; attempt < Attempts && Outdated(objects, watch.Live, after) is { Count: > 0 } outdated; attempt++)
        {
            foreach (var planned in outdated)
            {
                after.Remove(planned.Reference);
                if (await client.FindAsync(planned.Reference, cancellationToken) is { } item)
                    watch.Live.Put(planned.Reference.Type, item);
            }

            foreach (var (reference, then) in (await run.RunAsync(outdated, cancellationToken)).ThrowIfRefused().After)
                after[reference] = then;
        }

        return [.. objects.SelectMany(planned => Drift(planned, watch.Live, after))];
    }

    // Of which what was seen is not what the server foresaw from: a controller has written in between, and that is no drift.
    private static List<PlannedObject> Outdated(IEnumerable<PlannedObject> objects, LiveObjects live, Dictionary<ObjectReference, JsonObject> after) =>
        [.. objects.Where(planned => after.TryGetValue(planned.Reference, out var then) && live.Find(planned.Reference)?.ResourceVersion() != then.ResourceVersion())];

    private static IEnumerable<Change> Drift(PlannedObject planned, LiveObjects live, IReadOnlyDictionary<ObjectReference, JsonObject> after)
    {
        var changes = Describe([planned], [], live, after);
        return live.Find(planned.Reference) is { } item ? [.. changes.Where(change => change.Path.Length == 0 || !FieldOwner.IsAutoscaled(item, change.Path)), .. Additions.Find(planned, item)] : changes;
    }

    internal static IReadOnlyList<Change> Describe(
        IEnumerable<PlannedObject> objects, IEnumerable<PlannedObject> leftovers, LiveObjects live, IReadOnlyDictionary<ObjectReference, JsonObject> after,
        IReadOnlyDictionary<ObjectReference, IReadOnlyList<Obstacle>>? obstacles = null)
    {
        var changes = new List<Change>();
        foreach (var planned in objects)
        {
            var found = Describe(planned, live, after);
            changes.AddRange(obstacles?.GetValueOrDefault(planned.Reference) is { } inTheWay ? Obstacle.Mark(found, inTheWay) : found);
        }

        return [.. changes, .. leftovers.Select(planned => Whole(planned, "exists", null))];
    }

    private static IReadOnlyList<Change> Describe(PlannedObject planned, LiveObjects live, IReadOnlyDictionary<ObjectReference, JsonObject> after) =>
        live.Find(planned.Reference) is not { } before || before.IsDeleting() ? [Whole(planned, null, "created")]
        : after.TryGetValue(planned.Reference, out var then) ? ObjectDifference.Between(planned, before, then)
        : AppliedState.Holds(planned.Manifest, before) ? []
        : [Whole(planned, "exists", "recreated")];

    private static Change Whole(PlannedObject planned, string? before, string? after) =>
        new(planned.Reference.Type.Kind, planned.Reference.Name, planned.Component, "", before, after, "");
}
