using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Keeps a claim that is being deleted while a pod uses it (pkg/controller/volume/pvcprotection).</summary>
internal sealed class ClaimProtection(World world) : IController
{
    private const string Finalizer = "kubernetes.io/pvc-protection";

    public IReadOnlyList<Kind> Watched { get; } = [world.Claim, world.Pod];

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.Claim)
            return [change.New.Key];
        return change.Deleted || PodFacts.Of(change.New).HasEnded
            ? PodVolumes.ClaimNames(PodFacts.Of(change.New).Content).Select(name => new ObjectKey(change.New.Namespace, name))
            : [];
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Claim, key.Namespace, key.Name) is not { } claim)
            return null;
        var content = claim.Tree;
        if (!claim.IsDeleting)
        {
            if (!content.HasFinalizer(Finalizer))
                world.Manager.Update(world.Claim, key.Namespace, key.Name, found => found.AddFinalizer(Finalizer));
            return null;
        }

        var used = world.Store.FoundBy(world.Pod, key.Namespace, Lookups.PodOfClaim(key.Name)).Select(pod => PodFacts.Of(pod))
            .Any(pod => !pod.HasEnded && pod.Node is not null);
        if (!used && content.HasFinalizer(Finalizer))
            world.Manager.Release(claim, Finalizer);
        return null;
    }
}
