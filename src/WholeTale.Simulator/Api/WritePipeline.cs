using System.Text.Json.Nodes;
using WholeTale.Simulator.Patching;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation;
using WholeTale.Simulator.Validation.Warnings;

namespace WholeTale.Simulator.Api;

/// <summary>
/// The way of every write, over HTTP or by a controller: decode, default, record ownership, admit, prepare, validate, store.
/// The order is that of k8s.io/apiserver's handlers and registry.Store.
/// </summary>
internal sealed class WritePipeline(KubernetesApi api)
{
    private ObjectStore Store => api.Store;

    /// <summary>Creates an object from a tree that the pipeline may change.</summary>
    public WriteResult Create(WriteRequest request, JsonObject content, IReadOnlyList<string>? duplicates = null)
    {
        var kind = request.Kind;
        var rules = api.Rules.Of(kind);
        WriteDecoding.Decode(request, content, rules, duplicates);
        if (content["metadata"]?["resourceVersion"].Text() is { Length: > 0 })
            throw new ApiStatusException(500, "", "resourceVersion should not be set on objects to be created");
        WriteChecks.Namespace(request, content);
        rules.Default(content);
        var (owners, _) = api.Ownership(kind, "").Update(rules.Empty(), new ManagedFields(), content, request.Manager(ManagerKey.Update));
        return StoreNew(request, content, rules, owners);
    }

    /// <summary>Replaces an object (PUT).</summary>
    public WriteResult Replace(WriteRequest request, JsonObject content, IReadOnlyList<string>? duplicates = null)
    {
        var rules = api.Rules.Of(request.Kind);
        WriteDecoding.Decode(request, content, rules, duplicates);
        WriteChecks.Namespace(request, content);
        WriteChecks.Name(request.Name, content);
        rules.Default(content);
        return Modify(request, rules, (live, _) =>
        {
            var next = (JsonObject)content.DeepClone();
            WriteChecks.Uid(request, live, next);
            WriteChecks.Version(request, live, next);
            return next;
        });
    }

    /// <summary>Patches an object.</summary>
    public WriteResult Patch(WriteRequest request, ObjectPatch patch)
    {
        var rules = api.Rules.Of(request.Kind);
        return Modify(request, rules, (live, current) =>
        {
            PatchedObject patched;
            try
            {
                patched = patch.Apply((JsonObject)current.DeepClone(), rules.Schema);
            }
            catch (PatchException refused)
            {
                throw Refusal(refused);
            }

            request.Warnings.Clear();
            var next = WriteDecoding.DecodePatched(request, patched, rules);
            WriteChecks.Namespace(request, next);
            WriteChecks.Name(request.Name, next);
            WriteChecks.Version(request, live, next);
            rules.Default(next);
            return next;
        });
    }

    /// <summary>Patches an object by a function over its current tree.</summary>
    public WriteResult Patch(WriteRequest request, Func<JsonObject, JsonObject> change)
    {
        var rules = api.Rules.Of(request.Kind);
        return Modify(request, rules, (live, current) =>
        {
            var next = change((JsonObject)current.DeepClone());
            WriteDecoding.Decode(request, next, rules, null);
            WriteChecks.Version(request, live, next);
            rules.Default(next);
            return next;
        });
    }

    /// <summary>What a patch that cannot be read, or does not fit, is answered with.</summary>
    public static ApiStatusException Refusal(PatchException refused) => refused.Code switch
    {
        400 => ApiStatusException.BadRequest(refused.Message),
        413 => new ApiStatusException(413, "RequestEntityTooLarge", "Request entity too large: " + refused.Message),
        422 => new ApiStatusException(422, "Invalid", "the server rejected our request due to an error in our request", []),
        _ => new ApiStatusException(500, "", refused.Message),
    };

    /// <summary>Changes an object for a controller.</summary>
    public StoredObject? Change(WriteRequest request, Action<JsonObject> change)
    {
        var rules = api.Rules.Of(request.Kind);
        while (true)
        {
            if (Store.Get(request.Kind, request.Namespace, request.Name) is not { } found)
                return null;
            var live = found.Tree;
            // Half of a tree is who owns what, which is the pipeline's to write.
            var next = ServerMetadata.WithoutOwners(live);
            change(next);
            // Controllers look far more often than they change anything: nothing is decoded and validated for that.
            var changed = ServerMetadata.Differences(live, next);
            if (changed.Count == 0)
                return found;
            WriteDecoding.Decode(request, next, rules, null, changed);
            WriteChecks.Version(request, found, next);
            rules.Default(next, changed);
            if (Finish(request, rules, found, live, next, api.Ownership(request.Kind, request.Subresource), isControllers: true) is { } result)
                return result.Stored;
        }
    }

    /// <summary>Applies a configuration (server-side apply).</summary>
    public WriteResult Apply(WriteRequest request, JsonObject configuration)
    {
        var kind = request.Kind;
        var rules = api.Rules.Of(kind);
        WriteChecks.Configuration(request, configuration, rules);
        var manager = request.Manager(ManagerKey.Apply);
        var ownership = api.Ownership(kind, request.Subresource);
        while (true)
        {
            var current = Store.Get(kind, request.Namespace, request.Name);
            if (current is null)
            {
                if (request.Subresource.Length > 0)
                    throw ApiStatusException.NotFound(kind, request.Name);
                if (configuration["metadata"]?["uid"].Text() is { Length: > 0 } uid)
                    throw ApiStatusException.Conflict(kind, request.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
                var fresh = ownership.Apply(rules.Empty(), new ManagedFields(), configuration, manager, kind.ApiVersion, request.Options.Force);
                WriteDecoding.Decode(request, fresh, rules, null);
                WriteChecks.SetName(request, fresh);
                rules.Default(fresh);
                try
                {
                    return StoreNew(request, fresh, rules);
                }
                catch (ApiStatusException raced) when (raced.Reason == "AlreadyExists")
                {
                    continue;
                }
            }

            var live = current.Read();
            var next = ownership.Apply(live, current.Derive(ManagedFields.Of), configuration, manager, kind.ApiVersion, request.Options.Force);
            WriteDecoding.Decode(request, next, rules, null);
            WriteChecks.Version(request, current, next);
            rules.Default(next);
            if (Finish(request, rules, current, live, next, ownership: null) is { } result)
                return result;
        }
    }

    private WriteResult Modify(WriteRequest request, KindRules rules, Func<StoredObject, JsonObject, JsonObject> change)
    {
        var ownership = api.Ownership(request.Kind, request.Subresource);
        while (true)
        {
            var current = Store.Get(request.Kind, request.Namespace, request.Name) ?? throw ApiStatusException.NotFound(request.Kind, request.Name);
            var live = current.Read();
            var next = change(current, live);
            if (Finish(request, rules, current, live, next, ownership) is { } result)
                return result;
        }
    }

    // Null when somebody else was faster and the change has to be made again.
    private WriteResult? Finish(
        WriteRequest request, KindRules rules, StoredObject current, JsonObject live, JsonObject next, FieldManager? ownership, bool isControllers = false)
    {
        ServerMetadata.Keep(live, next);
        // An apply has recorded what it owns already.
        var (owners, changes) = ownership is null ? ((ManagedFields?)null, false) : ownership.Update(live, current.Derive(ManagedFields.Of), next, request.Manager(ManagerKey.Update));
        api.Admission.Mutate(request, next, live);
        rules.PrepareUpdate(next, live, request.Subresource);
        ServerMetadata.Keep(live, next);
        Refuse(request.Kind, request.Name, rules.ValidateUpdate(next, live, request.Subresource));
        if (request.Subresource.Length == 0)
            request.Warnings.AddRange(WriteWarnings.Of(request.Kind, next, live));
        api.Admission.Validate(request, next, live);
        if (!changes)
            ServerMetadata.KeepOldTimes(live, next);
        ServerMetadata.Tidy(request.Kind, next);
        if (request.Options.DryRun)
        {
            var dry = new StoredObject(current.Kind, next, current.ResourceVersion);
            return new WriteResult(dry.Utf8, false, null);
        }

        // An update that lets a deletion go through answers with the version it found (store.deleteWithoutFinalizers); controllers do not look at answers.
        var last = !isControllers && Deletion.IsComplete(next) ? JsonTree.Write(next) : null;
        return Store.TryReplace(current, next, changes ? owners : null, out var stored) ? new WriteResult(last ?? stored.Utf8, false, stored) : null;
    }

    private WriteResult StoreNew(WriteRequest request, JsonObject content, KindRules rules, ManagedFields? owners = null)
    {
        var kind = request.Kind;
        var metadata = content["metadata"]!.AsObject();
        api.Admission.Mutate(request, content, null);
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        metadata.Remove("selfLink");
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Store.Timestamp();
        if (kind.Namespaced)
            metadata["namespace"] = request.Namespace;
        else
            metadata.Remove("namespace");
        var generated = metadata["name"].Text() is null or "" && metadata["generateName"].Text() is { Length: > 0 };
        if (generated)
            metadata["name"] = ServerMetadata.Generate(metadata["generateName"].Text()!);
        rules.PrepareCreate(content);
        Refuse(kind, metadata["name"].Text() ?? "", rules.ValidateCreate(content));
        request.Warnings.AddRange(WriteWarnings.Of(kind, content, null));
        api.Admission.Validate(request, content, null);
        ServerMetadata.Tidy(kind, content);
        if (request.Options.DryRun)
        {
            if (Store.Get(kind, request.Namespace, metadata["name"].Text()!) is not null)
                throw ApiStatusException.AlreadyExists(kind, metadata["name"].Text()!);
            metadata.Remove("resourceVersion");
            return new WriteResult(JsonTree.Write(content), true, null);
        }

        var stored = Store.Create(kind, content);
        if (stored.Source is null)
            stored.Share(content, owners);
        return new WriteResult(stored.Utf8, true, stored);
    }

    private static void Refuse(Kind kind, string name, IReadOnlyList<Cause> causes)
    {
        if (causes.Count > 0)
            throw Cause.Invalid(kind.Group, kind.Name, name, causes);
    }
}
