using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>What former deploys made and the new plan lacks.</summary>
/// <param name="Pruned">What is deleted.</param>
/// <param name="Kept">Claims that stay, since they hold data.</param>
/// <param name="Dropped">Of those, the ones that the newest deploy still had: this plan is the first without them.</param>
internal sealed record Leftovers(IReadOnlyList<PlannedObject> Pruned, IReadOnlyList<PlannedObject> Kept, IReadOnlyList<PlannedObject> Dropped)
{
    internal static Leftovers None { get; } = new([], [], []);

    internal static async Task<Leftovers> FindAsync(
        IReadOnlyList<PlannedComponent> components, IReadOnlyList<Revision> revisions, NamespaceWatch watch, ApiClient client, bool includeData, CancellationToken cancellationToken)
    {
        var wanted = components.SelectMany(component => component.Objects).Select(planned => planned.Reference).ToHashSet();
        var kinds = new RecordedKinds(client);
        var former = new Dictionary<ObjectReference, PlannedObject>();
        HashSet<ObjectReference> newest = [];
        foreach (var revision in revisions)
        {
            newest.Clear();
            foreach (var planned in await revision.ObjectsAsync(kinds, cancellationToken))
            {
                newest.Add(planned.Reference);
                if (!wanted.Contains(planned.Reference) && (includeData || !planned.HoldsData || planned.Reference.Type == ResourceTypes.PersistentVolumeClaim))
                    former[planned.Reference] = planned;
            }
        }

        // Usually there are none, and then nothing is asked.
        await watch.ListAsync(former.Values.Select(planned => planned.Reference.Type), cancellationToken);
        var found = former.Values.Where(planned => watch.Live.Find(planned.Reference) is { } item && item.Label(Labels.PartOf) == Labels.Product).ToList();
        var kept = found.Where(planned => planned.HoldsData && !includeData).ToList();
        return new Leftovers([.. found.Except(kept)], kept, [.. kept.Where(planned => newest.Contains(planned.Reference))]);
    }

    /// <summary>What becomes of a claim that stays, as a sentence.</summary>
    internal static string Sentence(PlannedObject planned) =>
        $"{planned.Reference.Type.Kind} {planned.Reference.Name} is not in the plan any more and stays, since it holds data; -PruneData deletes it, and the data with it.";
}
