using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>The published schemas (<c>/openapi/v3</c>): a document a group and version, made when it is first asked for.</summary>
internal sealed class OpenApi
{
    private static readonly string[] _queryOfWrites = ["dryRun", "fieldManager", "fieldValidation"];

    private readonly KubernetesApi _api;
    private readonly ConcurrentDictionary<string, (byte[] Document, string Hash)> _documents = new(StringComparer.Ordinal);

    public OpenApi(KubernetesApi api)
    {
        _api = api;
        api.Kinds.Changed += _documents.Clear;
    }

    public Task HandleAsync(HttpContext context, string path)
    {
        if (path.Length == 0)
            return context.WriteAsync(200, Index());
        var parts = path.Split('/');
        var (group, version) = parts switch
        {
            ["api", var core] => ("", core),
            ["apis", var named, var its] => (named, its),
            _ => ("", ""),
        };
        var kinds = _api.Kinds.All.Where(kind => kind.Group == group && kind.Version == version).ToList();
        if (version.Length == 0 || kinds.Count == 0)
            return context.WriteNotFoundAsync();
        var (document, hash) = _documents.GetOrAdd(path, _ => Make(kinds));
        context.Response.Headers.ETag = "\"" + hash + "\"";
        return context.WriteAsync(200, document);
    }

    /// <summary>
    /// The older document (<c>/openapi/v2</c>), without the kinds: kubectl asks for it when the newer ones lack what it is given, to be told
    /// that nobody knows the kind (cli-runtime, fallback query parameter verifier).
    /// </summary>
    public Task HandleV2Async(HttpContext context)
    {
        if (!context.Request.Headers.Accept.ToString().Contains("com.github.proto-openapi.spec.v2", StringComparison.Ordinal))
        {
            return context.WriteAsync(200, new JsonObject
            {
                ["swagger"] = "2.0",
                ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = _api.Options.GitVersion },
                ["paths"] = new JsonObject(),
                ["definitions"] = new JsonObject(),
            });
        }

        // openapi.v2.Document: 1 is the version of OpenAPI, 2 the info with title and version.
        byte[] info = [.. Text(1, "Kubernetes"), .. Text(2, _api.Options.GitVersion)];
        // Asked for with "@" before the version, answered with "." (kube-openapi): "@" may not stand in a media type.
        context.Response.ContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
        return context.Response.Body.WriteAsync((byte[])[.. Text(1, "2.0"), (2 << 3) | 2, (byte)info.Length, .. info], context.RequestAborted).AsTask();

        static byte[] Text(byte field, string value) => [(byte)((field << 3) | 2), (byte)value.Length, .. System.Text.Encoding.UTF8.GetBytes(value)];
    }

    private JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var group in _api.Kinds.All.GroupBy(kind => kind.Group.Length == 0 ? "api/v1" : "apis/" + kind.ApiVersion))
        {
            // What a document is made of names its hash, so that the index costs no document.
            var seed = string.Join(' ', group.Select(kind => kind.Name + System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(kind)));
            var hash = Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(seed)));
            paths[group.Key] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{group.Key}?hash={hash}" };
        }

        return new JsonObject { ["paths"] = paths };
    }

    private (byte[] Document, string Hash) Make(List<Kind> kinds)
    {
        var schemas = new OpenApiSchemas();
        var paths = new JsonObject();
        foreach (var kind in kinds)
        {
            var name = schemas.Add(kind, _api.Rules.Of(kind).Schema);
            var root = kind.Group.Length == 0 ? "/api/v1" : "/apis/" + kind.ApiVersion;
            var collection = kind.Namespaced ? $"{root}/namespaces/{{namespace}}/{kind.Plural}" : $"{root}/{kind.Plural}";
            paths[collection] = Operations(kind, name, [("get", "list"), ("post", "create"), ("delete", "deletecollection")]);
            if (kind.Verbs.Contains("get"))
                paths[collection + "/{name}"] = Operations(kind, name, [("get", "get"), ("put", "update"), ("patch", "patch"), ("delete", "delete")]);
            if (kind.HasStatus)
                paths[collection + "/{name}/status"] = Operations(kind, name, [("get", "get"), ("put", "update"), ("patch", "patch")]);
        }

        var document = JsonTree.Write(new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = _api.Options.GitVersion },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.Components },
        });
        return (document, Convert.ToHexString(SHA256.HashData(document)));
    }

    private static JsonObject Operations(Kind kind, string schema, (string Method, string Verb)[] operations)
    {
        var path = new JsonObject();
        foreach (var (method, verb) in operations)
        {
            if (!kind.Verbs.Contains(verb))
                continue;
            var operation = new JsonObject
            {
                ["x-kubernetes-action"] = verb is "create" ? "post" : verb is "update" ? "put" : verb,
                ["x-kubernetes-group-version-kind"] = GroupVersionKind(kind),
                ["responses"] = new JsonObject
                {
                    ["200"] = new JsonObject
                    {
                        ["description"] = "OK",
                        ["content"] = new JsonObject
                        {
                            ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/" + schema } },
                        },
                    },
                },
            };
            if (verb is "create" or "update" or "patch")
            {
                operation["parameters"] = new JsonArray([.. _queryOfWrites.Concat(verb == "patch" ? ["force"] : []).Select(name => (JsonNode)new JsonObject
                {
                    ["name"] = name,
                    ["in"] = "query",
                    ["schema"] = new JsonObject { ["type"] = name == "force" ? "boolean" : "string", ["uniqueItems"] = true },
                })]);
            }

            path[method] = operation;
        }

        return path;
    }

    internal static JsonObject GroupVersionKind(Kind kind) => new()
    {
        ["group"] = kind.Group,
        ["kind"] = kind.Name,
        ["version"] = kind.Version,
    };
}
