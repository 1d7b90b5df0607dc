using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Deletes the objects of a CustomResourceDefinition that is being deleted, and lets it go when none is left (apiextensions, pkg/controller/finalizer).</summary>
internal sealed class DefinitionFinalizer(World world) : IController
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);

    private readonly Kind _definition = world.Api.Kinds.Get("apiextensions.k8s.io/v1", "CustomResourceDefinition");

    public IReadOnlyList<Kind> Watched => [_definition];

    public IEnumerable<ObjectKey> Concerns(Change change) => change.New.IsDeleting && !change.Deleted ? [change.New.Key] : [];

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(_definition, null, key.Name) is not { IsDeleting: true } ending || !ending.Tree.HasFinalizer(Deletion.DefinitionCleanup))
            return null;
        Tell(key.Name, "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress.");
        if (Instances(ending.Tree) is { } kind)
        {
            foreach (var item in world.Store.List(kind).Items.Where(item => !item.IsDeleting))
                world.Manager.Delete(kind, item.Namespace, item.Name);
            // What has finalizers of its own goes when others have done theirs.
            if (world.Store.List(kind).Items.Count > 0)
                return _look;
        }

        Tell(key.Name, "False", "InstanceDeletionCompleted", "removed all instances");
        world.Manager.Release(ending, Deletion.DefinitionCleanup);
        return null;
    }

    private Kind? Instances(JsonObject definition) => world.Api.Kinds.All
        .FirstOrDefault(kind => kind.Custom && kind.Group == definition["spec"]?["group"].Text() && kind.Plural == definition["spec"]?["names"]?["plural"].Text());

    private void Tell(string name, string status, string reason, string message) => world.Manager.UpdateStatus(_definition, null, name, content =>
    {
        if (Conditions.Find(content["status"], "Terminating") is not { } condition || condition["reason"].Text() == reason)
            return;
        if (condition["status"].Text() != status)
            condition["lastTransitionTime"] = world.Now;
        condition["status"] = status;
        condition["reason"] = reason;
        condition["message"] = message;
    });
}
