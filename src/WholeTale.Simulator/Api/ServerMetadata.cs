using System.Text.Json.Nodes;
using WholeTale.Simulator.Patching;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>What is the server's own in an object: identity, times, ownership without change, generated names.</summary>
internal static class ServerMetadata
{
    private const string _alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static void Keep(JsonObject live, JsonObject next)
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

    /// <summary>A copy of an object without its managedFields.</summary>
    public static JsonObject WithoutOwners(JsonObject live)
    {
        var copy = new JsonObject();
        foreach (var (name, value) in live)
            copy[name] = name == "metadata" && value is JsonObject metadata ? WithoutOwnersOf(metadata) : value?.DeepClone();
        return copy;

        static JsonObject WithoutOwnersOf(JsonObject metadata)
        {
            var copy = new JsonObject();
            foreach (var (name, value) in metadata)
            {
                if (name != "managedFields")
                    copy[name] = value?.DeepClone();
            }

            return copy;
        }
    }

    /// <summary>The members of a copy without managedFields that are not the object's any more, and those that are not there any more.</summary>
    public static IReadOnlyList<string> Differences(JsonObject live, JsonObject copy)
    {
        List<string>? differences = null;
        foreach (var (name, value) in live)
        {
            var same = copy.TryGetPropertyValue(name, out var other)
                && (name == "metadata" && value is JsonObject metadata && other is JsonObject copied
                    ? metadata.Count - (metadata.ContainsKey("managedFields") ? 1 : 0) == copied.Count
                        && metadata.All(member => member.Key == "managedFields" || copied.TryGetPropertyValue(member.Key, out var theirs) && JsonTree.AreEqual(member.Value, theirs))
                    : JsonTree.AreEqual(value, other));
            if (!same)
                (differences ??= []).Add(name);
        }

        foreach (var (name, _) in copy)
        {
            if (!live.ContainsKey(name))
                (differences ??= []).Add(name);
        }

        return differences ?? [];
    }

    // A write that changes nothing but the times in managedFields writes nothing at all.
    public static void KeepOldTimes(JsonObject live, JsonObject next)
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

    public static void Tidy(Kind kind, JsonObject content)
    {
        // Every object is written with kind and apiVersion first, so that lists may leave them out.
        content.Remove("kind");
        content.Remove("apiVersion");
        content.Insert(0, "kind", kind.Name);
        content.Insert(1, "apiVersion", kind.ApiVersion);
    }

    public static string Generate(string prefix)
    {
        // names.SimpleNameGenerator: five letters, within 63.
        if (prefix.Length > 58)
            prefix = prefix[..58];
        return prefix + System.Security.Cryptography.RandomNumberGenerator.GetString(_alphabet, 5);
    }
}
