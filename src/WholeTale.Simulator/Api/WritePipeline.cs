using System.Globalization;
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
    private const string _alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const string _modified = "the object has been modified; please apply your changes to the latest version and try again";

    private ObjectStore Store => api.Store;

    /// <summary>Creates an object from a tree that the pipeline may change.</summary>
    public WriteResult Create(WriteRequest request, JsonObject content, IReadOnlyList<string>? duplicates = null)
    {
        var kind = request.Kind;
        var rules = api.Rules.Of(kind);
        Decode(request, content, rules, duplicates);
        if (content["metadata"]?["resourceVersion"].Text() is { Length: > 0 })
            throw new ApiStatusException(500, "", "resourceVersion should not be set on objects to be created");
        CheckNamespace(request, content);
        rules.Default(content);
        api.Ownership(kind, "").Update(rules.Empty(), content, request.Manager(ManagerKey.Update));
        return StoreNew(request, content, rules);
    }

    /// <summary>Replaces an object (PUT).</summary>
    public WriteResult Replace(WriteRequest request, JsonObject content, IReadOnlyList<string>? duplicates = null)
    {
        var rules = api.Rules.Of(request.Kind);
        Decode(request, content, rules, duplicates);
        CheckNamespace(request, content);
        CheckName(request.Name, content);
        rules.Default(content);
        return Modify(request, rules, (live, _) =>
        {
            var next = (JsonObject)content.DeepClone();
            CheckUid(request, live, next);
            CheckVersion(request, live, next);
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
            var next = DecodePatched(request, patched, rules);
            CheckNamespace(request, next);
            CheckName(request.Name, next);
            CheckVersion(request, live, next);
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
            Decode(request, next, rules, null);
            CheckVersion(request, live, next);
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
            var next = (JsonObject)live.DeepClone();
            change(next);
            // Controllers look far more often than they change anything: nothing is decoded and validated for that.
            if (JsonTree.AreEqual(live, next))
                return found;
            Decode(request, next, rules, null);
            CheckVersion(request, found, next);
            rules.Default(next);
            if (Finish(request, rules, found, live, next, api.Ownership(request.Kind, request.Subresource)) is { } result)
                return result.Stored;
        }
    }

    /// <summary>Applies a configuration (server-side apply).</summary>
    public WriteResult Apply(WriteRequest request, JsonObject configuration)
    {
        var kind = request.Kind;
        var rules = api.Rules.Of(kind);
        CheckConfiguration(request, configuration, rules);
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
                var fresh = ownership.Apply(rules.Empty(), configuration, manager, kind.ApiVersion, request.Options.Force);
                Decode(request, fresh, rules, null);
                SetName(request, fresh);
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
            var next = ownership.Apply(live, configuration, manager, kind.ApiVersion, request.Options.Force);
            Decode(request, next, rules, null);
            CheckVersion(request, current, next);
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
    private WriteResult? Finish(WriteRequest request, KindRules rules, StoredObject current, JsonObject live, JsonObject next, FieldManager? ownership)
    {
        KeepServersMetadata(live, next);
        var changes = ownership?.Update(live, next, request.Manager(ManagerKey.Update)) ?? false;
        api.Admission.Mutate(request, next, live);
        rules.PrepareUpdate(next, live, request.Subresource);
        KeepServersMetadata(live, next);
        Refuse(request.Kind, request.Name, rules.ValidateUpdate(next, live, request.Subresource));
        if (request.Subresource.Length == 0)
            request.Warnings.AddRange(WriteWarnings.Of(request.Kind, next, live));
        api.Admission.Validate(request, next, live);
        if (!changes)
            KeepOldTimes(live, next);
        Tidy(request.Kind, next);
        if (request.Options.DryRun)
        {
            var dry = new StoredObject(current.Kind, next, current.ResourceVersion);
            return new WriteResult(dry.Utf8, false, null);
        }

        // An update that lets a deletion go through answers with the version it found (store.deleteWithoutFinalizers).
        var last = Deletion.IsComplete(next) ? JsonTree.Write(next) : null;
        if (!Store.TryReplace(current, next, out var stored))
            return null;
        if (!ReferenceEquals(stored, current))
            stored.Keep(next);
        return new WriteResult(last ?? stored.Utf8, false, stored);
    }

    private WriteResult StoreNew(WriteRequest request, JsonObject content, KindRules rules)
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
            metadata["name"] = Generate(metadata["generateName"].Text()!);
        rules.PrepareCreate(content);
        Refuse(kind, metadata["name"].Text() ?? "", rules.ValidateCreate(content));
        request.Warnings.AddRange(WriteWarnings.Of(kind, content, null));
        api.Admission.Validate(request, content, null);
        Tidy(kind, content);
        if (request.Options.DryRun)
        {
            if (Store.Get(kind, request.Namespace, metadata["name"].Text()!) is not null)
                throw ApiStatusException.AlreadyExists(kind, metadata["name"].Text()!);
            metadata.Remove("resourceVersion");
            return new WriteResult(JsonTree.Write(content), true, null);
        }

        var stored = Store.Create(kind, content);
        stored.Keep(content);
        return new WriteResult(stored.Utf8, true, stored);
    }

    internal static void Decode(WriteRequest request, JsonObject content, KindRules rules, IReadOnlyList<string>? duplicates)
    {
        var kind = request.Kind;
        IReadOnlyList<string> unknown;
        try
        {
            unknown = rules.Decode(content);
        }
        catch (DecodeException refused)
        {
            throw ApiStatusException.BadRequest($"{kind.Name} in version \"{kind.Version}\" cannot be handled as a {kind.Name}: {refused.Message}");
        }

        if (request.Options.FieldValidation == "Ignore" || unknown.Count == 0 && duplicates is not { Count: > 0 })
            return;
        var problems = unknown.Select(path => $"unknown field \"{path}\"")
            .Concat((duplicates ?? []).Select(path => $"duplicate field \"{path}\"")).ToList();
        if (request.Options.FieldValidation == "Strict")
        {
            throw ApiStatusException.BadRequest(
                $"{kind.Name} in version \"{kind.Version}\" cannot be handled as a {kind.Name}: strict decoding error: {string.Join(", ", problems)}");
        }

        request.Warnings.AddRange(problems);
    }

    // patch.go: what does not decode is an invalid patch, not a bad request.
    private static JsonObject DecodePatched(WriteRequest request, PatchedObject patched, KindRules rules)
    {
        var problems = patched.StrictProblems.ToList();
        try
        {
            if (patched.Content is not JsonObject next)
                throw new DecodeException($"couldn't get version/kind; json parse error: json: cannot unmarshal {GoText.KindOf(patched.Content)} into Go value of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }}");
            if (patched.IsTyped)
                CheckType(request.Kind, next);
            problems.AddRange(rules.Decode(next).Select(path => $"unknown field \"{path}\""));
            if (request.Options.FieldValidation == "Strict" && problems.Count > 0)
                throw new DecodeException("strict decoding error: " + string.Join(", ", problems));
            if (request.Options.FieldValidation == "Warn")
                request.Warnings.AddRange(problems);
            return next;
        }
        catch (DecodeException refused)
        {
            var problem = patched.IsTyped ? refused.Message : refused.Conversion;
            throw Cause.Invalid("", "", "", [Cause.Invalid("patch", GoSyntax.Quote(patched.Show()), problem)]);
        }
    }

    private static void CheckType(Kind kind, JsonObject content)
    {
        var version = content["apiVersion"].Text() ?? "";
        var name = content["kind"].Text() ?? "";
        if (name.Length == 0)
            throw new DecodeException($"Object 'Kind' is missing in '{JsonText(content)}'");
        if (version.Length == 0)
            throw new DecodeException($"Object 'apiVersion' is missing in '{JsonText(content)}'");
        if (version == kind.ApiVersion && name == kind.Name)
            return;
        var shortVersion = version[(version.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var package = kind.Group.Length == 0 ? "core" : kind.Group.Split('.')[0];
        throw new DecodeException(ModelSchemas.IsKnown(version, name)
            ? $"converting ({shortVersion}.{name}) to ({package}.{kind.Name}): unknown conversion"
            : $"no kind \"{name}\" is registered for version \"{version}\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"");
    }

    private static string JsonText(JsonNode node) => System.Text.Encoding.UTF8.GetString(JsonTree.Write(node));

    private static void CheckNamespace(WriteRequest request, JsonObject content)
    {
        if (content["metadata"] is not JsonObject metadata)
            content["metadata"] = metadata = [];
        var ns = metadata["namespace"].Text() ?? "";
        if (ns.Length > 0 && request.Kind.Namespaced && ns != request.Namespace)
            throw ApiStatusException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        if (request.Kind.Namespaced)
            metadata["namespace"] = request.Namespace;
        else
            metadata.Remove("namespace");
    }

    // checkName of k8s.io/apiserver's rest.go.
    public static void CheckName(string wanted, JsonObject content)
    {
        var name = content["metadata"]?["name"].Text() ?? "";
        if (name.Length == 0)
            throw ApiStatusException.BadRequest($"the name of the object ({wanted} based on URL) was undeterminable: name must be provided");
        if (name != wanted)
            throw ApiStatusException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({wanted})");
    }

    private static void SetName(WriteRequest request, JsonObject content)
    {
        CheckNamespace(request, content);
        if (request.Name.Length > 0 && content["metadata"]!["name"].Text() is null or "")
            content["metadata"]!["name"] = request.Name;
    }

    private static void CheckVersion(WriteRequest request, StoredObject current, JsonObject next)
    {
        var version = next["metadata"]?["resourceVersion"].Text();
        if (string.IsNullOrEmpty(version) && !request.Kind.UpdatesUnconditionally)
        {
            throw Cause.Invalid(
                request.Kind.Group,
                request.Kind.Plural,
                request.Name,
                [Cause.Invalid("metadata.resourceVersion", "0x0", "must be specified for an update")]);
        }

        if (!string.IsNullOrEmpty(version) && version != current.ResourceVersion.ToString(CultureInfo.InvariantCulture))
            throw ApiStatusException.Conflict(request.Kind, request.Name, _modified);
    }

    // The uid of an object that is put in another's place is a precondition of the storage.
    private static void CheckUid(WriteRequest request, StoredObject current, JsonObject next)
    {
        if (next["metadata"]?["uid"].Text() is { Length: > 0 } uid && uid != current.Uid)
        {
            throw ApiStatusException.Conflict(
                request.Kind,
                request.Name,
                $"StorageError: invalid object, Code: 4, Key: /registry/{request.Kind.StoragePath}/{current.Key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Uid}");
        }
    }

    private static void CheckConfiguration(WriteRequest request, JsonObject configuration, KindRules rules)
    {
        var kind = request.Kind;
        var metadata = configuration["metadata"] as JsonObject ?? [];
        if (metadata["managedFields"] is JsonArray { Count: > 0 })
            throw ApiStatusException.BadRequest("metadata.managedFields must be nil");
        if (configuration["apiVersion"].Text() != kind.ApiVersion)
        {
            throw ApiStatusException.BadRequest(
                $"Incorrect version specified in apply patch. Specified patch version: {configuration["apiVersion"].Text()}, expected: {kind.ApiVersion}");
        }

        var named = metadata["name"].Text() ?? "";
        var errors = TypedTree.Validate(configuration, rules.Schema);
        if (errors.Count > 0)
        {
            var group = kind.Group.Length == 0 ? "/" + kind.Version : kind.ApiVersion;
            var message = errors.Count == 1 ? errors[0] : "errors:\n" + string.Join("\n", errors.Select(error => "  " + error));
            throw new ApiStatusException(500, "", $"failed to create typed patch object ({metadata["namespace"].Text()}/{named}; {group}, Kind={kind.Name}): {message}");
        }

        if (named.Length > 0 && named != request.Name)
            throw ApiStatusException.BadRequest($"the name of the object ({named}) does not match the name on the URL ({request.Name})");
        var ns = metadata["namespace"].Text() ?? "";
        if (ns.Length > 0 && ns != request.Namespace)
            throw ApiStatusException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
    }

    private static void KeepServersMetadata(JsonObject live, JsonObject next)
    {
        if (next["metadata"] is not JsonObject metadata || live["metadata"] is not JsonObject old)
            return;
        foreach (var name in new[] { "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "namespace", "selfLink" })
        {
            // What a client may not change is left to be refused (BeforeUpdate).
            if (metadata[name] is not null && (name is "uid" || name is "deletionTimestamp" or "deletionGracePeriodSeconds" && old[name] is null))
                continue;
            if (old.TryGetPropertyValue(name, out var value) && value is not null)
                metadata[name] = value.DeepClone();
            else
                metadata.Remove(name);
        }
    }

    // A write that changes nothing but the times in managedFields writes nothing at all.
    private static void KeepOldTimes(JsonObject live, JsonObject next)
    {
        if (ManagedFields.Read(live) is not { } before || ManagedFields.Read(next) is not { } after)
            return;
        if (after.IsSame(before) || !after.HasSameFields(before))
            return;
        var copy = (JsonObject)next.DeepClone();
        if (copy["metadata"] is not JsonObject metadata || live["metadata"] is not JsonObject old)
            return;
        metadata["managedFields"] = old["managedFields"]?.DeepClone();
        metadata["resourceVersion"] = old["resourceVersion"]?.DeepClone();
        if (JsonTree.AreEqual(copy, live))
            next["metadata"]!["managedFields"] = old["managedFields"]?.DeepClone();
    }

    private static void Tidy(Kind kind, JsonObject content)
    {
        // Every object is written with kind and apiVersion first, so that lists may leave them out.
        content.Remove("kind");
        content.Remove("apiVersion");
        content.Insert(0, "kind", kind.Name);
        content.Insert(1, "apiVersion", kind.ApiVersion);
    }

    private static void Refuse(Kind kind, string name, IReadOnlyList<Cause> causes)
    {
        if (causes.Count > 0)
            throw Cause.Invalid(kind.Group, kind.Name, name, causes);
    }

    private static string Generate(string prefix)
    {
        // names.SimpleNameGenerator: five letters, within 63.
        if (prefix.Length > 58)
            prefix = prefix[..58];
        return prefix + System.Security.Cryptography.RandomNumberGenerator.GetString(_alphabet, 5);
    }
}
