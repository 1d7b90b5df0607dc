using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Patching;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation;

namespace WholeTale.Simulator.Api;

/// <summary>Whether what was sent belongs where it was sent, and to the version that it was made of.</summary>
internal static class WriteChecks
{
    private const string _modified = "the object has been modified; please apply your changes to the latest version and try again";

    /// <summary>The namespace of the path, which the object may leave out but not contradict.</summary>
    public static void Namespace(WriteRequest request, JsonObject content)
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

    /// <summary>The name of the path (checkName of k8s.io/apiserver's rest.go).</summary>
    public static void Name(string wanted, JsonObject content)
    {
        var name = content["metadata"]?["name"].Text() ?? "";
        if (name.Length == 0)
            throw ApiStatusException.BadRequest($"the name of the object ({wanted} based on URL) was undeterminable: name must be provided");
        if (name != wanted)
            throw ApiStatusException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({wanted})");
    }

    public static void SetName(WriteRequest request, JsonObject content)
    {
        Namespace(request, content);
        if (request.Name.Length > 0 && content["metadata"]!["name"].Text() is null or "")
            content["metadata"]!["name"] = request.Name;
    }

    public static void Version(WriteRequest request, StoredObject current, JsonObject next)
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
    public static void Uid(WriteRequest request, StoredObject current, JsonObject next)
    {
        if (next["metadata"]?["uid"].Text() is { Length: > 0 } uid && uid != current.Uid)
        {
            throw ApiStatusException.Conflict(
                request.Kind,
                request.Name,
                $"StorageError: invalid object, Code: 4, Key: /registry/{request.Kind.StoragePath}/{current.Key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Uid}");
        }
    }

    public static void Configuration(WriteRequest request, JsonObject configuration, KindRules rules)
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
}
