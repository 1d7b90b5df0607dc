using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;

namespace WholeTale.Simulator.Validation;

/// <summary>The admission plugins that a cluster runs by default.</summary>
internal sealed class Admission(KubernetesApi api)
{
    /// <param name="request">The write.</param>
    /// <param name="content">The object, which may be changed.</param>
    /// <param name="old">What it was; null on creation.</param>
    public void Mutate(WriteRequest request, JsonObject content, JsonObject? old)
    {
        _ = content;
        if (old is null && request.Kind.Namespaced)
            NamespaceLifecycle(request);
    }

    public void Validate(WriteRequest request, JsonObject content, JsonObject? old)
    {
        _ = (request, content, old, api);
    }

    private void NamespaceLifecycle(WriteRequest request)
    {
        var kind = api.Kinds.Get("v1", "Namespace");
        var ns = api.Store.Get(kind, null, request.Namespace) ?? throw ApiStatusException.NotFound(kind, request.Namespace);
        if (!ns.IsDeleting)
            return;
        var details = ApiStatusException.DetailsOf(request.Kind, request.Name);
        details["causes"] = new JsonArray(new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {request.Namespace} is being terminated",
            ["field"] = "metadata.namespace",
        });
        throw new ApiStatusException(
            403,
            "Forbidden",
            $"{request.Kind.GroupResource} \"{request.Name}\" is forbidden: unable to create new content in namespace {request.Namespace} because it is being terminated",
            details);
    }
}
