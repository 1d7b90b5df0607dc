using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WholeTale.Simulator.Api.Printing;
using WholeTale.Simulator.Patching;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation;

namespace WholeTale.Simulator.Api;

/// <summary>Answers the scale subresource: a workload seen as a number of replicas.</summary>
internal sealed class ScaleHandler(KubernetesApi api)
{
    private static readonly TypeSchema _schema = ModelSchemas.Find("autoscaling", "v1", "Scale")!;

    public Task GetAsync(HttpContext context, RequestInfo info, Kind kind)
    {
        var stored = api.Store.Get(kind, info.Namespace, info.Name) ?? throw ApiStatusException.NotFound(kind, info.Name);
        return context.WriteAsync(200, View(stored.Read(), kind));
    }

    /// <summary>Sets the number of replicas from a whole Scale or a patch of one.</summary>
    public async Task ChangeAsync(HttpContext context, WriteRequest request, Func<JsonObject, JsonObject> change)
    {
        var result = api.Writes.Patch(request, parent =>
        {
            var scale = change(View(parent, request.Kind));
            if (scale["metadata"]?["resourceVersion"].Text() is { Length: > 0 } version && version != parent["metadata"]!["resourceVersion"].Text())
                throw ApiStatusException.Conflict(request.Kind, request.Name, "the object has been modified; please apply your changes to the latest version and try again");
            var replicas = scale["spec"]?["replicas"].Number() ?? 0;
            if (replicas < 0)
            {
                throw Cause.Invalid(
                    "autoscaling",
                    "Scale",
                    request.Name,
                    [Cause.Invalid("spec.replicas", replicas.ToString(CultureInfo.InvariantCulture), "must be greater than or equal to 0")]);
            }

            Put(parent, request.Kind.Scale.Wanted, replicas);
            return parent;
        });
        await context.WriteAsync(200, View((JsonObject)JsonTree.Parse(result.Utf8.Span)!, request.Kind));
    }

    /// <summary>A Scale that is sent as a whole, as a function.</summary>
    /// <param name="content">The Scale.</param>
    /// <param name="name">The name in the path, which must be its own.</param>
    public static Func<JsonObject, JsonObject> Whole(JsonObject content, string name)
    {
        try
        {
            new Decoder().Decode(content, _schema);
            WriteChecks.Name(name, content);
            return _ => content;
        }
        catch (DecodeException refused)
        {
            throw ApiStatusException.BadRequest($"Scale in version \"v1\" cannot be handled as a Scale: {refused.Message}");
        }
    }

    /// <summary>A patch of a Scale, as a function.</summary>
    public static Func<JsonObject, JsonObject> Patcher(ObjectPatch patch) => scale =>
    {
        try
        {
            var patched = patch.Apply(scale, _schema);
            var content = patched.Content as JsonObject ?? [];
            new Decoder().Decode(content, _schema);
            return content;
        }
        catch (PatchException refused)
        {
            throw WritePipeline.Refusal(refused);
        }
        catch (DecodeException refused)
        {
            throw Cause.Invalid("", "", "", [Cause.Invalid("patch", "", refused.Message)]);
        }
    };

    private static JsonObject View(JsonObject parent, Kind kind)
    {
        var metadata = new JsonObject();
        foreach (var name in new[] { "name", "namespace", "uid", "resourceVersion", "creationTimestamp" })
        {
            if (parent["metadata"]?[name] is { } value)
                metadata[name] = value.DeepClone();
        }

        var spec = new JsonObject();
        if (At(parent, kind.Scale.Wanted).Number() is { } wanted and not 0)
            spec["replicas"] = wanted;
        var status = new JsonObject { ["replicas"] = At(parent, kind.Scale.Present).Number() ?? 0 };
        if (kind.Scale.Selector is { } path)
        {
            if (At(parent, path).Text() is { Length: > 0 } own)
                status["selector"] = own;
            return Scale(metadata, spec, status);
        }

        var selector = parent["spec"]?["selector"];
        var text = selector?["matchLabels"] is null && selector?["matchExpressions"] is null ? Values.LabelText(selector) : Values.Selector(selector);
        if (text != Values.None)
            status["selector"] = text;
        return Scale(metadata, spec, status);
    }

    private static JsonNode? At(JsonNode? node, IReadOnlyList<string> path) => path.Count == 0 ? null : path.Aggregate(node, (found, name) => (found as JsonObject)?[name]);

    private static void Put(JsonObject parent, IReadOnlyList<string> path, long replicas)
    {
        foreach (var name in path.SkipLast(1))
        {
            if (parent[name] is not JsonObject members)
                parent[name] = members = [];
            parent = members;
        }

        parent[path[^1]] = replicas;
    }

    private static JsonObject Scale(JsonObject metadata, JsonObject spec, JsonObject status) => new()
    {
        ["kind"] = "Scale",
        ["apiVersion"] = "autoscaling/v1",
        ["metadata"] = metadata,
        ["spec"] = spec,
        ["status"] = status,
    };
}
