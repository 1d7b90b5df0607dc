using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>
/// Deletes what has lost its owners, and sees foreground and orphan deletion through (API concepts, "Garbage collection").
/// Its keys are uids of owners, or of dependants whose owner may never have been.
/// </summary>
internal sealed class GarbageCollector(World world) : IController
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";

    private readonly KindSelection _kinds = new(world.Api.Kinds, kind => kind.Verbs.Contains("list") && kind.Name != "Event");

    public IReadOnlyList<Kind> Watched => _kinds.Now;

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.Deleted || change.New.IsDeleting)
            yield return new ObjectKey("", change.New.Uid);
        // A dependant that came, went or was marked lets its owner go on; one that came may have no owner at all.
        if (change.Old is null || change.Deleted || change.New.IsDeleting != change.Old.IsDeleting || !change.New.OwnerUids.SequenceEqual(change.Old.OwnerUids))
        {
            foreach (var uid in change.New.OwnerUids)
                yield return new ObjectKey("", uid);
        }
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        var owner = world.Store.Find(key.Name);
        if (owner is null)
            Collect(key.Name);
        else if (owner.IsDeleting)
            GoOn(owner);
        return null;
    }

    private IEnumerable<StoredObject> Dependants(string uid) => Watched.SelectMany(kind => world.Store.OwnedBy(kind, uid));

    private void Collect(string uid)
    {
        foreach (var dependant in Dependants(uid))
        {
            var others = dependant.OwnerUids.Where(other => other != uid).ToList();
            if (others.Count > 0 && others.Any(other => world.Store.Find(other) is not null))
                Release(dependant, uid);
            else if (!dependant.IsDeleting)
                world.Manager.Delete(dependant.Kind, dependant.Namespace, dependant.Name, new DeletionOptions { PreconditionUid = dependant.Uid });
        }
    }

    private void GoOn(StoredObject owner)
    {
        var finalizers = (owner.Tree["metadata"]?["finalizers"] as JsonArray ?? []).Select(item => (string?)item).ToList();
        if (finalizers.Contains(Orphan))
        {
            foreach (var dependant in Dependants(owner.Uid))
                Release(dependant, owner.Uid);
            world.Manager.Release(owner, Orphan);
        }
        else if (finalizers.Contains(Foreground))
        {
            var blocking = false;
            foreach (var dependant in Dependants(owner.Uid))
            {
                if (!dependant.IsDeleting)
                {
                    // One that has no dependants of its own goes at once (garbagecollector.go, attemptToDeleteItem).
                    world.Manager.Delete(dependant.Kind, dependant.Namespace, dependant.Name, new DeletionOptions
                    {
                        PropagationPolicy = Dependants(dependant.Uid).Any() ? "Foreground" : "Background",
                        PreconditionUid = dependant.Uid,
                    });
                }

                blocking |= Blocks(dependant, owner.Uid) && world.Store.Get(dependant.Kind, dependant.Namespace, dependant.Name)?.Uid == dependant.Uid;
            }

            if (!blocking)
                world.Manager.Release(owner, Foreground);
        }
    }

    private static bool Blocks(StoredObject dependant, string uid) => dependant.Owners.Any(owner => owner.Uid == uid && owner.BlocksDeletion);

    private void Release(StoredObject dependant, string uid) => world.Manager.Update(dependant.Kind, dependant.Namespace, dependant.Name, content =>
    {
        var references = content["metadata"]!["ownerReferences"] as JsonArray ?? [];
        foreach (var reference in references.Where(item => (string?)item?["uid"] == uid).ToList())
            references.Remove(reference);
        if (references.Count == 0)
            content["metadata"]!.AsObject().Remove("ownerReferences");
    });
}
