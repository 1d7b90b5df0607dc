using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>
/// What controllers write through: the same defaults, validation, admission and field ownership as a request over HTTP, under
/// one field manager (e.g. <c>kube-controller-manager</c>, <c>kubelet</c>). Reading and watching go to the store itself.
/// </summary>
internal sealed class ObjectClient(KubernetesApi api, Caller caller)
{
    public Caller Caller => caller;

    public ObjectStore Store => api.Store;

    public KindRegistry Kinds => api.Kinds;

    /// <summary>Creates an object; the tree is the client's from now on. <c>metadata.generateName</c> is honoured.</summary>
    /// <exception cref="ApiStatusException">It exists already (409), is invalid (422), or admission refused it (403).</exception>
    public StoredObject Create(Kind kind, JsonObject content)
    {
        content["kind"] = kind.Name;
        content["apiVersion"] = kind.ApiVersion;
        var ns = kind.Namespaced ? content["metadata"]?["namespace"].Text() ?? "" : "";
        return api.Writes.Create(Request(kind, ns, "", ""), content).Stored!;
    }

    /// <summary>Changes all of an object but its status; a function that changes nothing writes nothing.</summary>
    /// <returns>The object as it is now; null when there is none.</returns>
    public StoredObject? Update(Kind kind, string? ns, string name, Action<JsonObject> change) =>
        api.Writes.Change(Request(kind, ns, name, ""), change);

    /// <summary>Changes an object's status (and, as the real subresource does, its metadata).</summary>
    /// <returns>The object as it is now; null when there is none.</returns>
    public StoredObject? UpdateStatus(Kind kind, string? ns, string name, Action<JsonObject> change) =>
        api.Writes.Change(Request(kind, ns, name, "status"), change);

    /// <summary>Takes a finalizer off an object. Where that was the last thing to hold an object that is being deleted, it goes, and who owned which of its fields is not worked out any more.</summary>
    public void Release(StoredObject held, string finalizer)
    {
        var goes = false;
        Store.Update(held.Kind, held.Namespace, held.Name, content =>
        {
            content.RemoveFinalizer(finalizer);
            return goes = Deletion.IsComplete(content);
        });
        if (!goes)
            Update(held.Kind, held.Namespace, held.Name, content => content.RemoveFinalizer(finalizer));
    }

    /// <summary>Deletes an object; null when there is none.</summary>
    public DeletionResult? Delete(Kind kind, string? ns, string name, DeletionOptions? options = null) =>
        api.Store.Delete(kind, ns, name, options);

    private WriteRequest Request(Kind kind, string? ns, string name, string subresource) =>
        new(kind, ns ?? "", name, subresource, caller, new WriteOptions { FieldValidation = "Ignore" });
}
