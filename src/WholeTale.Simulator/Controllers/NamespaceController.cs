using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Gives each namespace its default account and root certificate, and empties those that terminate.</summary>
internal sealed class NamespaceController(World world, string authorityPem) : IController
{
    private readonly KindSelection _kinds = new(world.Api.Kinds, kind => kind == world.Namespace || (kind.Namespaced && kind.Verbs.Contains("list")));

    public IReadOnlyList<Kind> Watched => _kinds.Now;

    public IEnumerable<ObjectKey> Concerns(Change change)
    {
        if (change.New.Kind == world.Namespace)
            yield return change.New.Key;
        else if (change.Deleted && world.Store.Get(world.Namespace, null, change.New.Namespace) is { IsDeleting: true } ending)
            yield return ending.Key;
        else if (change.Deleted && (change.New.Name is "default" or "kube-root-ca.crt"))
            yield return new ObjectKey("", change.New.Namespace);
    }

    public TimeSpan? Reconcile(ObjectKey key)
    {
        if (world.Store.Get(world.Namespace, null, key.Name) is not { } found)
            return null;
        if (found.IsDeleting)
            return Empty(found);
        if ((string?)found.Tree["status"]?["phase"] is null)
        {
            world.Store.Update(world.Namespace, null, key.Name, content =>
            {
                content["spec"] ??= new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
                content["status"] = new JsonObject { ["phase"] = "Active" };
            });
        }

        if (world.Store.Get(world.ServiceAccount, key.Name, "default") is null)
            world.Manager.Create(world.ServiceAccount, new JsonObject { ["metadata"] = Named("default", key.Name) });
        if (world.Store.Get(world.ConfigMap, key.Name, "kube-root-ca.crt") is null)
        {
            var metadata = Named("kube-root-ca.crt", key.Name);
            metadata["annotations"] = new JsonObject
            {
                ["kubernetes.io/description"] =
                    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. "
                    + "No other usage is guaranteed across distributions of Kubernetes clusters.",
            };
            world.Manager.Create(world.ConfigMap, new JsonObject { ["metadata"] = metadata, ["data"] = new JsonObject { ["ca.crt"] = authorityPem } });
        }

        return null;
    }

    private TimeSpan? Empty(StoredObject ending)
    {
        var left = 0;
        foreach (var kind in _kinds.Now.Where(kind => kind.Verbs.Contains("deletecollection")))
        {
            foreach (var item in world.Store.List(kind, ending.Name).Items)
            {
                if (!item.IsDeleting)
                    world.Manager.Delete(kind, ending.Name, item.Name);
                if (world.Store.Get(kind, ending.Name, item.Name) is not null)
                    left++;
            }
        }

        if (left == 0)
            world.Store.Update(world.Namespace, null, ending.Name, content => content["spec"]!["finalizers"] = new JsonArray());
        return null;
    }

    private static JsonObject Named(string name, string ns) => new() { ["name"] = name, ["namespace"] = ns };
}
