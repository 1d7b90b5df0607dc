using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>The admission plugins that a cluster runs by default.</summary>
internal sealed class Admission(KubernetesApi api)
{
    /// <param name="request">The write.</param>
    /// <param name="content">The object, which may be changed.</param>
    /// <param name="old">What it was; null on creation.</param>
    public void Mutate(WriteRequest request, JsonObject content, JsonObject? old)
    {
        Escalation.Check(api, request, content);
        if (old is not null)
            return;
        if (request.Kind.Namespaced)
            NamespaceLifecycle(request, content);
        if (request.Kind is { Name: "Pod", Group: "" })
            new PodAdmission(api).Mutate(request, content);
        else if (request.Kind is { Name: "PersistentVolumeClaim", Group: "" })
            DefaultStorageClass(content);
        else if (request.Kind is { Name: "PersistentVolume", Group: "" })
            Protect(content);
        else if (request.Kind.Name == "Ingress")
            DefaultIngressClass(content);
    }

    public void Validate(WriteRequest request, JsonObject content, JsonObject? old)
    {
        if (request.Kind is { Group: "", Name: "PersistentVolumeClaim" } || (old is null && request.Kind is { Group: "", Name: "Pod" }))
        {
            if (request.Subresource.Length == 0)
                new LimitRanger(api).Check(request, content);
        }

        if (old is null)
            new QuotaAdmission(api).Check(request, content);
    }

    private void NamespaceLifecycle(WriteRequest request, JsonObject content)
    {
        var kind = api.Kinds.Get("v1", "Namespace");
        var ns = api.Store.Get(kind, null, request.Namespace) ?? throw ApiStatusException.NotFound(kind, request.Namespace);
        if (!ns.IsDeleting)
            return;
        var name = content["metadata"]?["name"].Text() ?? "";
        var details = ApiStatusException.DetailsOf(request.Kind, name);
        details["causes"] = new JsonArray(new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {request.Namespace} is being terminated",
            ["field"] = "metadata.namespace",
        });
        throw new ApiStatusException(
            403,
            "Forbidden",
            $"{request.Kind.GroupResource} \"{name}\" is forbidden: unable to create new content in namespace {request.Namespace} because it is being terminated",
            details);
    }

    // StorageObjectInUseProtection
    private static void Protect(JsonObject volume)
    {
        var metadata = volume["metadata"]!.AsObject();
        if (!metadata["finalizers"].Texts().Contains("kubernetes.io/pv-protection"))
            metadata["finalizers"] = new JsonArray([.. metadata["finalizers"].Texts().Select(item => (JsonNode)item), "kubernetes.io/pv-protection"]);
    }

    private void DefaultStorageClass(JsonObject claim)
    {
        if (claim["spec"]?["storageClassName"] is not null)
            return;
        if (Marked("storage.k8s.io/v1", "StorageClass", "storageclass.kubernetes.io/is-default-class") is { } name)
            claim["spec"]!["storageClassName"] = name;
    }

    private void DefaultIngressClass(JsonObject ingress)
    {
        if (ingress["spec"]?["ingressClassName"] is not null || ingress["metadata"]?["annotations"]?["kubernetes.io/ingress.class"] is not null)
            return;
        if (Marked("networking.k8s.io/v1", "IngressClass", "ingressclass.kubernetes.io/is-default-class") is { } name)
            ingress["spec"]!["ingressClassName"] = name;
    }

    private string? Marked(string apiVersion, string kind, string annotation) => api.Store.List(api.Kinds.Get(apiVersion, kind)).Items
        .FirstOrDefault(item => item.Tree["metadata"]?["annotations"]?[annotation].Text() == "true")?.Name;
}
