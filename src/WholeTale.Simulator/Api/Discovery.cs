using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WholeTale.Simulator.Schema;

namespace WholeTale.Simulator.Api;

/// <summary>Answers what is not a resource: discovery, version, health, OpenAPI.</summary>
internal sealed class Discovery(KubernetesApi api)
{
    private const string _aggregated = "apidiscovery.k8s.io";

    public Task HandleAsync(HttpContext context, string path)
    {
        var parts = path.Trim('/').Split('/');
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return context.WriteNotFoundAsync();
        switch (parts)
        {
            case [""]:
                return context.WriteAsync(200, new JsonObject { ["paths"] = new JsonArray([.. Paths().Select(item => (JsonNode)item)]) });
            case ["healthz" or "readyz" or "livez", ..]:
                return context.Request.Query.ContainsKey("verbose")
                    ? context.WriteTextAsync(200, $"[+]ping ok\n{parts[0]} check passed\n")
                    : context.WriteTextAsync(200, "ok");
            case ["version"]:
                return context.WriteAsync(200, Version());
            case ["api"]:
                return IsAggregated(context) ? WriteAggregatedAsync(context, legacy: true) : context.WriteAsync(200, Versions(context));
            case ["apis"]:
                return IsAggregated(context) ? WriteAggregatedAsync(context, legacy: false) : context.WriteAsync(200, Groups());
            case ["api", var version]:
                return ResourcesAsync(context, "", version);
            case ["apis", var group] when Versions(group) is { Count: > 0 }:
                return context.WriteAsync(200, Group(group, withHeader: true));
            case ["apis", var group, var version]:
                return ResourcesAsync(context, group, version);
            case ["openapi", "v2"]:
                return api.OpenApi.HandleV2Async(context);
            case ["openapi", "v3", ..]:
                return api.OpenApi.HandleAsync(context, string.Join('/', parts[2..]));
            default:
                return context.WriteNotFoundAsync();
        }
    }

    private static bool IsAggregated(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("g=" + _aggregated, StringComparison.Ordinal);

    private JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "26",
        ["gitVersion"] = api.Options.GitVersion,
        ["gitCommit"] = api.Options.GitCommit,
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2024-03-14T01:05:39Z",
        ["goVersion"] = "go1.21.8",
        ["compiler"] = "gc",
        ["platform"] = "linux/amd64",
    };

    private IEnumerable<string> Paths() =>
    [
        "/api", "/api/v1", "/apis",
        .. GroupNames().Where(group => group.Length > 0).SelectMany(group =>
            Versions(group).Select(version => $"/apis/{group}/{version}").Prepend("/apis/" + group)),
        "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version",
    ];

    private IEnumerable<string> GroupNames() => api.Kinds.All.Select(kind => kind.Group).Distinct();

    private List<string> Versions(string group) => [.. api.Kinds.All.Where(kind => kind.Group == group).Select(kind => kind.Version).Distinct()];

    private static JsonObject Versions(HttpContext context) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject
        {
            ["clientCIDR"] = "0.0.0.0/0",
            ["serverAddress"] = context.Request.Host.Value,
        }),
    };

    private JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. GroupNames().Where(group => group.Length > 0).Select(group => Group(group, withHeader: false))]),
    };

    private JsonObject Group(string group, bool withHeader)
    {
        var json = new JsonObject();
        if (withHeader)
        {
            json["kind"] = "APIGroup";
            json["apiVersion"] = "v1";
        }

        json["name"] = group;
        json["versions"] = new JsonArray([.. Versions(group).Select(version => VersionOf(group, version))]);
        json["preferredVersion"] = VersionOf(group, Versions(group)[0]);
        return json;
    }

    private static JsonObject VersionOf(string group, string version) => new()
    {
        ["groupVersion"] = group + "/" + version,
        ["version"] = version,
    };

    private Task ResourcesAsync(HttpContext context, string group, string version)
    {
        var kinds = api.Kinds.All.Where(kind => kind.Group == group && kind.Version == version).ToList();
        if (kinds.Count == 0)
            return context.WriteNotServedAsync(api, group);
        var resources = new JsonArray();
        foreach (var kind in kinds.OrderBy(kind => kind.Plural, StringComparer.Ordinal))
        {
            var resource = Resource(kind.Plural, kind.Singular, kind.Namespaced, kind.Name, kind.Verbs);
            if (!kind.Custom && kind.Verbs.Count == 1)
                resource["singularName"] = "";
            if (!kind.Custom)
                resource["singularName"] = "";
            if (kind.ShortNames.Count > 0)
                resource["shortNames"] = Strings(kind.ShortNames);
            if (kind.Categories.Count > 0)
                resource["categories"] = Strings(kind.Categories);
            if (kind.Verbs.Contains("list"))
                resource["storageVersionHash"] = Hash(kind);
            resources.Add(resource);
            foreach (var subresource in kind.Subresources.OrderBy(item => item.Name, StringComparer.Ordinal))
            {
                var item = Resource(kind.Plural + "/" + subresource.Name, "", kind.Namespaced, subresource.Kind ?? kind.Name, subresource.Verbs);
                if (subresource.Group is not null)
                {
                    item.Insert(3, "group", subresource.Group);
                    item.Insert(4, "version", subresource.Version);
                }

                resources.Add(item);
            }
        }

        return context.WriteAsync(200, new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = kinds[0].ApiVersion,
            ["resources"] = resources,
        });
    }

    private static JsonObject Resource(string name, string singular, bool namespaced, string kind, IReadOnlyList<string> verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = singular,
        ["namespaced"] = namespaced,
        ["kind"] = kind,
        ["verbs"] = Strings(verbs),
    };

    private Task WriteAggregatedAsync(HttpContext context, bool legacy)
    {
        var accept = context.Request.Headers.Accept.ToString();
        var version = accept.Contains("v=v2beta1", StringComparison.Ordinal) && !accept.Contains("v=v2;", StringComparison.Ordinal) ? "v2beta1" : "v2";
        var list = new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = _aggregated + "/" + version,
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. GroupNames().Where(group => group.Length == 0 == legacy).Select(Aggregated)]),
        };
        return context.WriteAsync(200, Storage.JsonTree.Write(list), $"application/json;g={_aggregated};v={version};as=APIGroupDiscoveryList");
    }

    private JsonObject Aggregated(string group)
    {
        var metadata = new JsonObject { ["creationTimestamp"] = null };
        if (group.Length > 0)
            metadata.Insert(0, "name", group);
        return new JsonObject
        {
            ["metadata"] = metadata,
            ["versions"] = new JsonArray([.. Versions(group).Select(version => new JsonObject
            {
                ["version"] = version,
                ["resources"] = new JsonArray([.. api.Kinds.All
                    .Where(kind => kind.Group == group && kind.Version == version)
                    .OrderBy(kind => kind.Plural, StringComparer.Ordinal)
                    .Select(Aggregated)]),
                ["freshness"] = "Current",
            })]),
        };
    }

    private static JsonObject Aggregated(Kind kind)
    {
        var json = new JsonObject
        {
            ["resource"] = kind.Plural,
            ["responseKind"] = GroupVersionKind(kind.Group, kind.Version, kind.Name),
            ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = kind.Singular,
            ["verbs"] = Strings(kind.Verbs),
        };
        if (kind.ShortNames.Count > 0)
            json["shortNames"] = Strings(kind.ShortNames);
        if (kind.Categories.Count > 0)
            json["categories"] = Strings(kind.Categories);
        if (kind.Subresources.Count > 0)
        {
            json["subresources"] = new JsonArray([.. kind.Subresources.OrderBy(item => item.Name, StringComparer.Ordinal).Select(item => new JsonObject
            {
                ["subresource"] = item.Name,
                ["responseKind"] = GroupVersionKind(item.Group ?? kind.Group, item.Version ?? kind.Version, item.Kind ?? kind.Name),
                ["verbs"] = Strings(item.Verbs),
            })]);
        }

        return json;
    }

    private static JsonObject GroupVersionKind(string group, string version, string kind) => new()
    {
        ["group"] = group,
        ["version"] = version,
        ["kind"] = kind,
    };

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);

    // discovery.StorageVersionHash: the first eight bytes of the SHA-256 of the stored group/version/kind.
    private static string Hash(Kind kind) => Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(
        System.Text.Encoding.UTF8.GetBytes($"{(kind.StoredAs ?? kind).Group}/{(kind.StoredAs ?? kind).Version}/{kind.Name}"))[..8]);
}
