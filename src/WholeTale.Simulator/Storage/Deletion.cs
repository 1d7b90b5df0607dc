using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;

namespace WholeTale.Simulator.Storage;

/// <summary>What deleting means for an object's metadata: preconditions, grace, finalizers (registry.BeforeDelete and store.Delete).</summary>
internal static class Deletion
{
    /// <summary>What holds a CustomResourceDefinition while its objects are deleted.</summary>
    public const string DefinitionCleanup = "customresourcecleanup.apiextensions.k8s.io";

    private const string _foreground = "foregroundDeletion";
    private const string _orphan = "orphan";

    /// <summary>Whether an object that is being deleted has nothing left to wait for.</summary>
    public static bool IsComplete(JsonObject content)
    {
        var metadata = content["metadata"]!;
        return metadata["deletionTimestamp"] is not null
            && metadata["finalizers"] is not JsonArray { Count: > 0 }
            && (metadata["deletionGracePeriodSeconds"].Number() ?? 0) == 0
            && content["spec"]?["finalizers"] is not JsonArray { Count: > 0 };
    }

    /// <summary>Takes a finalizer away, and the list of them with the last.</summary>
    public static void RemoveFinalizer(this JsonObject content, string name)
    {
        if (content["metadata"] is not JsonObject metadata || metadata["finalizers"] is not JsonArray finalizers)
            return;
        foreach (var item in finalizers.Where(item => item.Text() == name).ToList())
            finalizers.Remove(item);
        if (finalizers.Count == 0)
            metadata.Remove("finalizers");
    }

    /// <summary>Marks an object for deletion.</summary>
    /// <param name="current">The object.</param>
    /// <param name="options">How it is to be deleted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="content">What it becomes; null where it goes as it is.</param>
    /// <returns>Whether it can go at once.</returns>
    public static bool Begin(StoredObject current, DeletionOptions options, TimeProvider time, [NotNullWhen(false)] out JsonObject? content)
    {
        CheckPreconditions(current, options);
        content = null;
        if (GoesAsItIs(current, options))
            return true;
        content = current.Read();
        if (current.Kind is { Name: "CustomResourceDefinition", Group: "apiextensions.k8s.io" } && !current.IsDeleting)
        {
            Terminate(content, time);
            return false;
        }

        var metadata = content["metadata"]!.AsObject();
        var grace = Grace(current, options);
        SetPropagation(metadata, options.PropagationPolicy);
        var held = metadata["finalizers"] is JsonArray { Count: > 0 }
            || content["spec"]?["finalizers"] is JsonArray { Count: > 0 } && current.Kind.Name == "Namespace";
        if (grace == 0 && !held)
            return true;

        if (metadata["deletionTimestamp"] is null)
        {
            metadata["deletionTimestamp"] = time.GetUtcNow().AddSeconds(grace).UtcDateTime
                .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            metadata["deletionGracePeriodSeconds"] = grace;
            if (metadata["generation"].Number() is { } generation)
                metadata["generation"] = generation + 1;
        }
        else if (metadata["deletionGracePeriodSeconds"].Number() is { } left && grace < left)
        {
            metadata["deletionGracePeriodSeconds"] = grace;
            metadata["deletionTimestamp"] = time.GetUtcNow().AddSeconds(grace).UtcDateTime
                .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        if (current.Kind is { Name: "Namespace", Group: "" })
            content["status"] = new JsonObject { ["phase"] = "Terminating" };
        return false;
    }

    // Nothing holds it, nor will by the options, and it needs no grace: no tree is made for it.
    private static bool GoesAsItIs(StoredObject current, DeletionOptions options) =>
        !current.IsHeld && options.PropagationPolicy is not ("Foreground" or "Orphan") && current.Kind is not ({ Name: "Namespace", Group: "" } or { Name: "CustomResourceDefinition" })
        && Grace(current, options) == 0;

    // A definition goes when its objects have gone; until then its finalizer holds it (apiextensions' registry).
    private static void Terminate(JsonObject definition, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var metadata = definition["metadata"]!.AsObject();
        metadata["deletionTimestamp"] = now;
        if (metadata["finalizers"] is not JsonArray finalizers)
            metadata["finalizers"] = finalizers = [];
        if (!finalizers.Texts().Contains(DefinitionCleanup))
            finalizers.Add((JsonNode)DefinitionCleanup);
        if (definition["status"] is not JsonObject status)
            definition["status"] = status = [];
        if (status["conditions"] is not JsonArray conditions)
            status["conditions"] = conditions = [];
        conditions.Add((JsonNode)new JsonObject
        {
            ["type"] = "Terminating",
            ["status"] = "True",
            ["lastTransitionTime"] = now,
            ["reason"] = "InstanceDeletionPending",
            ["message"] = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
        });
    }

    private static void CheckPreconditions(StoredObject current, DeletionOptions options)
    {
        if (options.PreconditionUid is { } uid && uid != current.Uid)
        {
            throw ApiStatusException.PreconditionFailed(
                current.Kind,
                current.Name,
                $"the UID in the precondition ({uid}) does not match the UID in record ({current.Uid}). The object might have been deleted and then recreated");
        }

        if (options.PreconditionResourceVersion is { } version
            && version != current.ResourceVersion.ToString(CultureInfo.InvariantCulture))
        {
            throw ApiStatusException.PreconditionFailed(
                current.Kind,
                current.Name,
                $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({current.ResourceVersion}). The object might have been modified");
        }
    }

    // pod strategy, CheckGracefulDelete: a pod that is not on a node, or has ended, needs no grace.
    private static long Grace(StoredObject current, DeletionOptions options)
    {
        if (current.Kind is not { Name: "Pod", Group: "" })
            return 0;
        var content = current.Tree;
        var grace = options.GracePeriodSeconds ?? content["spec"]?["terminationGracePeriodSeconds"].Number() ?? 30;
        var phase = (string?)content["status"]?["phase"];
        if (string.IsNullOrEmpty((string?)content["spec"]?["nodeName"]) || phase is "Succeeded" or "Failed")
            return 0;
        // A negative time is taken, and means one second (#98866).
        return grace < 0 ? 1 : grace;
    }

    private static void SetPropagation(JsonObject metadata, string? policy)
    {
        if (policy is null)
            return;
        var finalizers = new List<string>();
        if (metadata["finalizers"] is JsonArray present)
            finalizers.AddRange(present.Select(item => (string)item!).Where(item => item is not (_foreground or _orphan)));
        if (policy == "Foreground")
            finalizers.Add(_foreground);
        else if (policy == "Orphan")
            finalizers.Add(_orphan);
        if (finalizers.Count == 0)
            metadata.Remove("finalizers");
        else
            metadata["finalizers"] = new JsonArray([.. finalizers.Select(item => (JsonNode)item)]);
    }
}
