using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WholeTale.Simulator.Patching;
using WholeTale.Simulator.Protobuf;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation;

namespace WholeTale.Simulator.Api;

/// <summary>Answers create, update, patch, delete and deletecollection.</summary>
internal sealed class WriteHandler(KubernetesApi api)
{
    private const string _applyPatch = "application/apply-patch+yaml";

    private static readonly TypeSchema _deletion = ModelSchemas.Struct(typeof(k8s.Models.V1DeleteOptions));
    private static readonly Kind _scale = Body("autoscaling", "v1", "Scale");
    private static readonly Kind _tokenRequest = Body("authentication.k8s.io", "v1", "TokenRequest");
    private static readonly Kind _eviction = Body("policy", "v1", "Eviction");
    private static readonly Kind _binding = Body("", "v1", "Binding");

    public async Task CreateAsync(HttpContext context, RequestInfo info, Kind kind, Caller caller)
    {
        var options = ReadOptions(context.Request, "CreateOptions");
        var body = await RequestBody.ReadBodyAsync(context);
        var (content, duplicates) = RequestBody.ReadObject(context.Request, body, kind);
        var request = new WriteRequest(kind, info.Namespace, "", "", caller, options);
        await PreparePodAsync(context, kind, info.Namespace, content);
        var result = api.Writes.Create(request, content, duplicates);
        await AnswerAsync(context, request, result, 201);
    }

    public async Task ReplaceAsync(HttpContext context, RequestInfo info, Kind kind, Caller caller)
    {
        var options = ReadOptions(context.Request, "UpdateOptions");
        var body = await RequestBody.ReadBodyAsync(context);
        var (content, duplicates) = RequestBody.ReadObject(context.Request, body, kind);
        var request = new WriteRequest(kind, info.Namespace, info.Name, info.Subresource, caller, options);
        await AnswerAsync(context, request, api.Writes.Replace(request, content, duplicates), 200);
    }

    public async Task PatchAsync(HttpContext context, RequestInfo info, Kind kind, Caller caller)
    {
        var type = RequestBody.MediaType(context.Request);
        string[] accepted = kind.Custom
            ? [ObjectPatch.Json, ObjectPatch.Merge, _applyPatch]
            : [ObjectPatch.Json, ObjectPatch.Merge, ObjectPatch.Strategic, _applyPatch];
        if (!accepted.Contains(type))
            throw RequestBody.Unsupported(accepted);
        var options = ReadOptions(context.Request, "PatchOptions", isApply: type == _applyPatch);
        var body = await RequestBody.ReadBodyAsync(context);
        var request = new WriteRequest(kind, info.Namespace, info.Name, info.Subresource, caller, options);
        var configuration = type == _applyPatch ? RequestBody.ReadConfiguration(body) : null;
        if (configuration is not null)
        {
            // k8s.io/apiserver, handlers/patch.go: an apply that would create asks for that right as well.
            if (api.Store.Get(kind, info.Namespace, info.Name) is null)
                api.Authorizer.Demand(caller, info with { Verb = "create" });
            await PreparePodAsync(context, kind, info.Namespace, configuration);
        }
        var result = configuration is not null
            ? api.Writes.Apply(request, configuration)
            : api.Writes.Patch(request, new ObjectPatch(type, body, options.FieldValidation != "Ignore"));
        await AnswerAsync(context, request, result, result.Created ? 201 : 200);
    }

    public async Task DeleteAsync(HttpContext context, RequestInfo info, Kind kind, Caller caller)
    {
        _ = caller;
        var options = await ReadDeletionAsync(context);
        if (kind is { Name: "Namespace", Group: "" } && info.Name is ("default" or "kube-system" or "kube-public"))
        {
            throw new ApiStatusException(
                403, "Forbidden", $"namespaces \"{info.Name}\" is forbidden: this namespace may not be deleted", ApiStatusException.DetailsOf(kind, info.Name));
        }

        var result = api.Store.Delete(kind, info.Namespace, info.Name, options) ?? throw ApiStatusException.NotFound(kind, info.Name);
        if (!result.Gone || kind is { Name: "Pod", Group: "" })
        {
            await context.WriteAsync(200, result.Object.Utf8);
            return;
        }

        var details = ApiStatusException.DetailsOf(kind, info.Name);
        details["uid"] = result.Object.Uid;
        await context.WriteAsync(200, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        });
    }

    public async Task DeleteCollectionAsync(HttpContext context, RequestInfo info, Kind kind, Caller caller)
    {
        _ = caller;
        var options = ListOptions.Read(context.Request.Query, kind, isWatch: false);
        var deletion = await ReadDeletionAsync(context);
        var snapshot = api.Store.List(kind, info.Namespace.Length == 0 ? null : info.Namespace);
        var gone = new List<StoredObject>();
        foreach (var stored in snapshot.Items.Where(options.Matches))
        {
            if (api.Store.Delete(kind, stored.Namespace, stored.Name, deletion) is not null)
                gone.Add(stored);
        }

        await context.WriteAsync(200, ReadHandler.Write(kind, new ListPage(gone, snapshot.ResourceVersion, "", null)));
    }

    public static async Task ReviewAsync(HttpContext context, RequestInfo info, Kind kind, Caller caller, ReviewHandler reviews)
    {
        var options = ReadOptions(context.Request, "CreateOptions");
        var (content, _) = RequestBody.ReadObject(context.Request, await RequestBody.ReadBodyAsync(context), kind);
        await context.WriteAsync(201, reviews.Review(new WriteRequest(kind, info.Namespace, "", "", caller, options), content));
    }

    public static async Task TokenAsync(HttpContext context, RequestInfo info, Kind kind, Caller caller, ReviewHandler reviews)
    {
        var options = ReadOptions(context.Request, "CreateOptions");
        var (content, _) = RequestBody.ReadObject(context.Request, await RequestBody.ReadBodyAsync(context), _tokenRequest);
        await context.WriteAsync(201, reviews.Token(new WriteRequest(kind, info.Namespace, info.Name, "token", caller, options), content));
    }

    public static async Task ScaleAsync(HttpContext context, RequestInfo info, Kind kind, Caller caller, ScaleHandler scales)
    {
        var isPatch = info.Verb == "patch";
        var type = RequestBody.MediaType(context.Request);
        var options = ReadOptions(context.Request, isPatch ? "PatchOptions" : "UpdateOptions", isApply: type == _applyPatch);
        var body = await RequestBody.ReadBodyAsync(context);
        var request = new WriteRequest(kind, info.Namespace, info.Name, "scale", caller, options with { FieldValidation = "Ignore" });
        if (!isPatch)
        {
            var (content, _) = RequestBody.ReadObject(context.Request, body, _scale);
            await scales.ChangeAsync(context, request, ScaleHandler.Whole(content, info.Name));
            return;
        }

        if (type is not (ObjectPatch.Json or ObjectPatch.Merge or ObjectPatch.Strategic or _applyPatch))
            throw RequestBody.Unsupported([ObjectPatch.Json, ObjectPatch.Merge, ObjectPatch.Strategic, _applyPatch]);
        await scales.ChangeAsync(context, request, ScaleHandler.Patcher(type == _applyPatch
            ? new ObjectPatch(ObjectPatch.Merge, JsonTree.Write(RequestBody.ReadConfiguration(body)), strict: false)
            : new ObjectPatch(type, body, options.FieldValidation != "Ignore")));
    }

    /// <summary>Evicts a pod: deletes it as its body says, if disruption budgets let it.</summary>
    public async Task EvictAsync(HttpContext context, RequestInfo info, Kind kind)
    {
        var (content, _) = RequestBody.ReadObject(context.Request, await RequestBody.ReadBodyAsync(context), _eviction);
        CheckBodyName(content, info.Name, "Eviction");
        var pod = api.Store.Get(kind, info.Namespace, info.Name) ?? throw ApiStatusException.NotFound(kind, info.Name);
        foreach (var budget in api.Store.List(api.Kinds.Get("policy/v1", "PodDisruptionBudget"), info.Namespace).Items.Select(item => item.Read()))
        {
            var labels = new JsonObject([.. pod.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))]);
            if (!SelectorValidation.Matches(budget["spec"]?["selector"], labels) || (budget["status"]?["disruptionsAllowed"].Number() ?? 0) > 0)
                continue;
            throw new ApiStatusException(
                429,
                "TooManyRequests",
                "Cannot evict pod as it would violate the pod's disruption budget.",
                new JsonObject
                {
                    ["causes"] = new JsonArray(new JsonObject
                    {
                        ["reason"] = "DisruptionBudget",
                        ["message"] = $"The disruption budget {budget["metadata"]!["name"].Text()} needs {budget["status"]?["desiredHealthy"].Number() ?? 0} healthy pods and has {budget["status"]?["currentHealthy"].Number() ?? 0} currently",
                    }),
                });
        }

        var options = content["deleteOptions"];
        _ = api.Store.Delete(kind, info.Namespace, info.Name, new DeletionOptions
        {
            GracePeriodSeconds = options?["gracePeriodSeconds"].Number(),
            DryRun = options?["dryRun"] is JsonArray { Count: > 0 } || ReadOptions(context.Request, "CreateOptions").DryRun,
        });
        await context.WriteAsync(201, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["code"] = 201,
        });
    }

    /// <summary>Binds a pod to a node, as schedulers do.</summary>
    public async Task BindAsync(HttpContext context, RequestInfo info, Kind kind, Caller caller)
    {
        var (content, _) = RequestBody.ReadObject(context.Request, await RequestBody.ReadBodyAsync(context), _binding);
        var name = info.Name.Length > 0 ? info.Name : content["metadata"]?["name"].Text() ?? "";
        CheckBodyName(content, name, "Binding");
        var target = content["target"] as JsonObject ?? [];
        var node = target["name"].Text() ?? "";
        if (target["kind"].Text() is { Length: > 0 } other && other != "Node")
            throw new ApiStatusException(500, "", $"target.kind: Unsupported value: {GoSyntax.Quote(other)}: supported values: \"Node\", \"<empty>\"");
        if (node.Length == 0)
            throw new ApiStatusException(500, "", "target.name: Required value");
        _ = new ObjectClient(api, caller).UpdateStatus(kind, info.Namespace, name, _ => { }) ?? throw ApiStatusException.NotFound(kind, name);
        _ = api.Store.Update(kind, info.Namespace, name, pod =>
        {
            if (pod["spec"]!["nodeName"].Text() is { Length: > 0 } taken)
                throw new ApiStatusException(
                    409,
                    "Conflict",
                    $"Operation cannot be fulfilled on pods/binding \"{name}\": pod {name} is already assigned to node \"{taken}\"",
                    new JsonObject { ["name"] = name, ["kind"] = "pods/binding" });
            pod["spec"]!["nodeName"] = node;
        });
        await context.WriteAsync(201, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["code"] = 201,
        });
    }

    private Task PreparePodAsync(HttpContext context, Kind kind, string ns, JsonObject content) =>
        kind is { Name: "Pod", Group: "" } ? new PodAdmission(api).AwaitAccountAsync(ns, content, context.RequestAborted) : Task.CompletedTask;

    // What is sent below a pod may leave the pod's name out, but not name another.
    private static void CheckBodyName(JsonObject content, string name, string kind)
    {
        if ((content["metadata"] as JsonObject)?["name"].Text() is { Length: > 0 } named && named != name)
            throw ApiStatusException.BadRequest($"name in URL does not match name in {kind} object");
    }

    private static Kind Body(string group, string version, string name) => new()
    {
        Group = group,
        Version = version,
        Name = name,
        Plural = "",
        Singular = "",
    };

    private static async Task AnswerAsync(HttpContext context, WriteRequest request, WriteResult result, int status)
    {
        context.Warn(request.Warnings);
        await context.WriteAsync(status, result.Utf8);
    }

    private static WriteOptions ReadOptions(HttpRequest request, string kind, bool isApply = false)
    {
        var query = request.Query;
        var causes = new List<Cause>();
        var force = query.ContainsKey("force") && ListOptions.Flag(query, "force");
        var manager = query["fieldManager"].ToString();
        if (kind == "PatchOptions")
        {
            if (isApply && manager.Length == 0)
                causes.Add(Cause.Required("fieldManager", "is required for apply patch"));
            else if (!isApply && query.ContainsKey("force"))
                causes.Add(Cause.Forbidden("force", "may not be specified for non-apply patch"));
        }

        if (manager.Length > 128)
            causes.Add(Cause.TooLong("fieldManager", 128));
        for (var at = 0; at < manager.Length; at++)
        {
            if (char.IsControl(manager[at]))
                causes.Add(Cause.Invalid("fieldManager", GoSyntax.Quote(manager), $"invalid character U+{(int)manager[at]:X4} (at position {at})"));
        }

        var dryRun = query["dryRun"].Where(value => value is not null).ToList();
        if (dryRun.Any(value => value != "All"))
            causes.Add(Cause.NotSupported("dryRun", GoSyntax.List(dryRun!), "All"));
        var validation = query["fieldValidation"].ToString();
        if (validation is not ("" or "Ignore" or "Strict" or "Warn"))
            causes.Add(Cause.NotSupported("fieldValidation", GoSyntax.Quote(validation), "", "Ignore", "Strict", "Warn"));
        if (causes.Count > 0)
            throw Cause.Invalid("meta.k8s.io", kind, "", causes);
        return new WriteOptions
        {
            DryRun = dryRun.Count > 0,
            FieldManager = manager,
            FieldValidation = validation.Length == 0 ? "Warn" : validation,
            Force = force,
        };
    }

    private static async Task<DeletionOptions> ReadDeletionAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var body = await RequestBody.ReadBodyAsync(context);
        JsonObject? content = null;
        if (body.Length > 0)
        {
            try
            {
                content = body.Span.StartsWith("k8s\0"u8) ? ProtobufReader.Read(body) : JsonTree.Parse(body.Span) as JsonObject;
                if (content is not null)
                    new Schema.Decoder().Decode(content, _deletion);
            }
            catch (DecodeException broken)
            {
                throw ApiStatusException.BadRequest($"DeleteOptions in version \"v1\" cannot be handled as a DeleteOptions: {broken.Message}");
            }
            catch (InvalidDataException broken)
            {
                throw ApiStatusException.BadRequest($"the object provided is unrecognized (must be of type DeleteOptions): {broken.Message}");
            }
            catch (JsonException broken)
            {
                throw ApiStatusException.BadRequest("couldn't get version/kind; json parse error: " + GoErrors.Json(broken, body.Span));
            }
        }

        var fromQuery = content is null;
        var dryRun = fromQuery
            ? query["dryRun"].OfType<string>().ToList()
            : (content!["dryRun"] as JsonArray ?? []).Select(item => item.Text() ?? "").ToList();
        var policy = fromQuery ? query["propagationPolicy"].ToString() : content!["propagationPolicy"].Text() ?? "";
        var orphan = fromQuery ? query.ContainsKey("orphanDependents") ? ListOptions.Flag(query, "orphanDependents") : (bool?)null : content!["orphanDependents"].Flag();
        var causes = new List<Cause>();
        if (policy.Length > 0 && orphan is not null)
            causes.Add(Cause.Invalid("propagationPolicy", GoSyntax.Quote(policy), "orphanDependents and deletionPropagation cannot be both set"));
        if (policy is not ("" or "Foreground" or "Background" or "Orphan"))
            causes.Add(Cause.NotSupported("propagationPolicy", GoSyntax.Quote(policy), "Foreground", "Background", "Orphan", "nil"));
        if (dryRun.Any(value => value != "All"))
            causes.Add(Cause.NotSupported("dryRun", GoSyntax.List(dryRun), "All"));
        if (causes.Count > 0)
            throw Cause.Invalid("meta.k8s.io", "DeleteOptions", "", causes);
        return new DeletionOptions
        {
            DryRun = dryRun.Count > 0,
            PropagationPolicy = orphan switch { true => "Orphan", false => "Background", null => policy.Length == 0 ? null : policy },
            GracePeriodSeconds = fromQuery ? ListOptions.Number(query, "gracePeriodSeconds") : content!["gracePeriodSeconds"].Number(),
            PreconditionUid = content?["preconditions"]?["uid"].Text(),
            PreconditionResourceVersion = content?["preconditions"]?["resourceVersion"].Text(),
        };
    }
}
