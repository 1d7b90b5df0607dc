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
        var left = new List<StoredObject>();
        foreach (var kind in _kinds.Now.Where(kind => kind.Verbs.Contains("deletecollection")))
        {
            foreach (var item in world.Store.List(kind, ending.Name).Items)
            {
                if (!item.IsDeleting)
                    world.Manager.Delete(kind, ending.Name, item.Name);
                if (world.Store.Get(kind, ending.Name, item.Name) is { } still)
                    left.Add(still);
            }
        }

        world.Store.Update(world.Namespace, null, ending.Name, content =>
        {
            Tell((JsonObject)(content["status"] ??= new JsonObject()), left);
            if (left.Count == 0)
                content["spec"]!["finalizers"] = new JsonArray();
        });
        return null;
    }

    // In the words of the namespace deletion controller, as seen with 1.35.
    private void Tell(JsonObject status, List<StoredObject> left)
    {
        var now = world.Now;
        Conditions.Set(status, "NamespaceDeletionDiscoveryFailure", false, now, "ResourcesDiscovered", "All resources successfully discovered");
        Conditions.Set(status, "NamespaceDeletionGroupVersionParsingFailure", false, now, "ParsedGroupVersions", "All legacy kube types successfully parsed");
        Conditions.Set(status, "NamespaceDeletionContentFailure", false, now, "ContentDeleted", "All content successfully deleted, may be waiting on finalization");
        var resources = Counts(left.Select(item => $"{item.Kind.Plural}.{item.Kind.Group}"), " has ");
        var finalizers = Counts(left.SelectMany(item => (item.Tree["metadata"]!["finalizers"] as JsonArray ?? []).Select(name => (string)name!)), " in ");
        if (resources.Length > 0)
            Conditions.Set(status, "NamespaceContentRemaining", true, now, "SomeResourcesRemain", $"Some resources are remaining: {resources}");
        else
            Conditions.Set(status, "NamespaceContentRemaining", false, now, "ContentRemoved", "All content successfully removed");
        if (finalizers.Length > 0)
            Conditions.Set(status, "NamespaceFinalizersRemaining", true, now, "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {finalizers}");
        else
            Conditions.Set(status, "NamespaceFinalizersRemaining", false, now, "ContentHasNoFinalizers", "All content-preserving finalizers finished");
    }

    private static string Counts(IEnumerable<string> names, string verb) =>
        string.Join(", ", names.CountBy(name => name).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}{verb}{pair.Value} resource instances"));

    private static JsonObject Named(string name, string ns) => new() { ["name"] = name, ["namespace"] = ns };
}
