using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Finds what former deploys made and the new plan lacks.</summary>
internal static class Leftovers
{
    internal static async Task<IReadOnlyList<PlannedObject>> FindAsync(
        IReadOnlyList<PlannedComponent> components, IReadOnlyList<Revision> revisions, NamespaceWatch watch, ApiClient client, bool includeData, CancellationToken cancellationToken)
    {
        var wanted = components.SelectMany(component => component.Objects).Select(planned => planned.Reference).ToHashSet();
        var kinds = new RecordedKinds(client);
        var former = new Dictionary<ObjectReference, PlannedObject>();
        foreach (var revision in revisions)
        {
            foreach (var planned in await revision.ObjectsAsync(kinds, cancellationToken))
            {
                if (!wanted.Contains(planned.Reference) && (includeData || !planned.HoldsData))
                    former[planned.Reference] = planned;
            }
        }

        // Usually there are none, and then nothing is asked.
        await watch.ListAsync(former.Values.Select(planned => planned.Reference.Type), cancellationToken);
        return [.. former.Values.Where(planned => watch.Live.Find(planned.Reference) is { } item && item.Label(Labels.PartOf) == Labels.Product)];
    }
}
