using System.Text.Json.Nodes;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>Objects as a cluster shows them, and small manifests.</summary>
internal static class Given
{
    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    public static LiveObjects Live(params string[] objects)
    {
        var live = new LiveObjects();
        foreach (var item in objects.Select(Json))
            live.Put(ResourceTypes.Find((string)item["apiVersion"]!, (string)item["kind"]!)!, item);
        live.Complete(ResourceTypes.StorageClass);
        live.Complete(ResourceTypes.IngressClass);
        return live;
    }

    public static ObjectReference Reference(string apiVersion, string kind, string name) => new(ResourceTypes.Find(apiVersion, kind)!, "ns", name);

    public static ManifestSet Manifests(params (string Component, string[] DependsOn, JsonObject[] Objects)[] components) => new(
        [.. components.Select(item => new ComponentManifests(
            new Component(item.Component, [], item.DependsOn), [.. item.Objects.Select(found => new Manifest(Labelled(found, item.Component), $"{item.Component}.yaml", 1))]))]);

    public static JsonObject ConfigMap(string @namespace, string name, string value) => Json(
        $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}","namespace":"{{@namespace}}"},"data":{"key":"{{value}}"} }""");

    public static JsonObject Workload(string @namespace, string name, string image = "redis:7") => Json($$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{name}}}","namespace":"{{{@namespace}}}"},"spec":{"selector":{"matchLabels":{"app":"{{{name}}}"} },
        "template":{"metadata":{"labels":{"app":"{{{name}}}","app.kubernetes.io/component":"{{{name}}}"} },"spec":{"containers":[{"name":"main","image":"{{{image}}}"}]} } } }
        """);

    private static JsonObject Labelled(JsonObject item, string component)
    {
        item["metadata"]!["labels"] = new JsonObject
        {
            ["app.kubernetes.io/component"] = component, ["app.kubernetes.io/part-of"] = "wholetale", ["app.kubernetes.io/managed-by"] = "wholetale",
        };
        return item;
    }
}
