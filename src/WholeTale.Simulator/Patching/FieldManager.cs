using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>
/// Keeps <c>managedFields</c>: on every write the fields that changed become the writer's; an apply owns what it names, conflicts
/// with what others own, and removes what its manager no longer names. After k8s.io/apiserver fieldmanager and
/// structured-merge-diff's merge.Updater.
/// </summary>
internal sealed class FieldManager(TypeSchema schema, FieldSet ignored, Func<string> now)
{
    private const int _mostUpdaters = 10;

    // stripMeta: what identifies an object is nobody's, nor is metadata as a whole.
    private static readonly FieldSet _identity = Fields(
        "apiVersion", "kind", "metadata.name", "metadata.namespace", "metadata.creationTimestamp", "metadata.selfLink", "metadata.uid", "metadata.clusterName",
        "metadata.generation", "metadata.managedFields", "metadata.resourceVersion");

    private static readonly FieldSet _metadata = Fields("metadata");

    // managedFields are nobody's; ignoring them spares a copy of the live object without them.
    private readonly FieldSet _ignoredInUpdates = ignored.Union(Fields("metadata.managedFields"));

    /// <summary>Records a create, update or patch. Only <paramref name="content"/>'s managedFields change.</summary>
    /// <param name="live">The object as it is; an empty one of its kind when there is none.</param>
    /// <param name="owners">Who owns what of it.</param>
    /// <param name="content">What it will be.</param>
    /// <param name="manager">Who writes.</param>
    /// <returns>Who owns what then, and whether any field changed that somebody may own.</returns>
    public (ManagedFields Owners, bool Changes) Update(JsonObject live, ManagedFields owners, JsonObject content, ManagerKey manager)
    {
        try
        {
            return Record(live, owners, content, manager);
        }
        catch (DecodeException)
        {
            // UpdateNoErrors: what cannot be owned (a list map's item without its key) loses all owners, and validation refuses it later.
            Strip(content);
            return (new ManagedFields(), true);
        }
    }

    private (ManagedFields Owners, bool Changes) Record(JsonObject live, ManagedFields owners, JsonObject content, ManagerKey manager)
    {
        var managed = Provided(owners, content, manager.Subresource.Length > 0);
        var isNew = live["metadata"]?["uid"] is null;
        Strip(content);
        if (managed.IsEmpty && !isNew)
            return (managed, false);
        var compare = TypedTree.Compare(live, content, schema).Without(_ignoredInUpdates);
        var own = StripMeta(compare.Added.Union(compare.Modified).RecursiveDifference(ignored));
        if (manager.Subresource == "scale" && !own.IsEmpty && managed.Managers.All(other => managed[other]!.Intersection(own).IsEmpty))
        {
            // ScaleHandler.ToSubresource gives a Scale the owners of its replicas alone, and an object without owners is not tracked: nobody owned them, so nobody does now.
            managed.Write(content);
            return (managed, true);
        }

        GiveUp(managed, compare, manager);
        if (!own.IsEmpty)
        {
            var previous = managed[manager]?.Difference(compare.Removed);
            managed.Set(manager, own.Union(previous), manager.ApiVersion);
            // The scale subresource translates ownership between two kinds, and loses the time on the way.
            if (manager.Subresource != "scale")
                managed.Stamp(manager, now());
            managed.Cap(_mostUpdaters);
        }
        else if (managed[manager] is { } mine)
        {
            managed.Set(manager, mine.Difference(compare.Removed));
        }

        managed.Write(content);
        return (managed, !compare.IsSame);
    }

    /// <summary>Applies a configuration.</summary>
    /// <param name="live">The object as it is; an empty one of its kind when there is none.</param>
    /// <param name="owners">Who owns what of it.</param>
    /// <param name="configuration">What the manager wants, already found to fit the schema.</param>
    /// <param name="manager">Who applies.</param>
    /// <param name="apiVersion">The version of the configuration.</param>
    /// <param name="force">Whether to take fields from others.</param>
    /// <returns>The new content, with its managedFields, before defaults.</returns>
    /// <exception cref="ApiStatusException">Another manager owns a field with another value (409).</exception>
    public JsonObject Apply(JsonObject live, ManagedFields owners, JsonObject configuration, ManagerKey manager, string apiVersion, bool force)
    {
        var managed = owners.Copy();
        var before = Strip((JsonObject)live.DeepClone());
        if (managed.IsEmpty && live["metadata"]?["uid"] is not null)
        {
            // skipNonAppliedManager: what was there before anybody was tracked belongs to a manager of its own.
            var all = StripMeta(TypedTree.ToFieldSet(before, schema).RecursiveDifference(ignored));
            var earlier = new ManagerKey("before-first-apply", ManagerKey.Update, apiVersion, "");
            managed.Set(earlier, all, apiVersion);
            managed.Stamp(earlier, now());
        }

        var merged = TypedTree.Merge(before, configuration, schema) as JsonObject ?? [];
        var last = managed[manager];
        var set = StripMeta(TypedTree.ToFieldSet(configuration, schema).RecursiveDifference(ignored));
        managed.Set(manager, set, apiVersion);
        if (last is not null)
            merged = Prune(merged, managed, last);
        merged["apiVersion"] = configuration["apiVersion"]?.DeepClone();
        merged["kind"] = configuration["kind"]?.DeepClone();

        var compare = TypedTree.Compare(before, merged, schema).Without(ignored);
        var conflicts = Conflicts(managed, compare, manager);
        if (conflicts.Count > 0 && !force)
            throw Conflict(conflicts);
        foreach (var (other, fields) in conflicts)
            managed.Set(other, managed[other]!.Difference(fields));
        Drop(managed, compare.Removed);
        if (!compare.IsSame)
            managed.Stamp(manager, now());
        managed.Write(merged);
        return merged;
    }

    // decodeLiveOrNew: a request may rewrite managedFields itself; [{}] resets them.
    private static ManagedFields Provided(ManagedFields owners, JsonObject content, bool isSubresource)
    {
        if (isSubresource)
            return owners.Copy();
        if (content["metadata"]?["managedFields"] is JsonArray { Count: 1 } entries && entries[0] is JsonObject { Count: 0 })
            return new ManagedFields();
        return ManagedFields.Read(content) is { IsEmpty: false } managed ? managed : owners.Copy();
    }

    private static JsonObject Strip(JsonObject content)
    {
        if (content["metadata"] is JsonObject metadata)
            metadata.Remove("managedFields");
        return content;
    }

    private static FieldSet StripMeta(FieldSet set) => set.RecursiveDifference(_identity).Difference(_metadata);

    private static FieldSet Fields(params ReadOnlySpan<string> paths)
    {
        var fields = new FieldSet();
        foreach (var path in paths)
            path.Split('.').Aggregate(fields, (above, name) => above.Descend("f:" + name)).IsMember = true;
        return fields;
    }

    private JsonObject Prune(JsonObject merged, ManagedFields managed, FieldSet last)
    {
        var lastNamed = TypedTree.WithNamedFields(last, schema);
        var pruned = TypedTree.Remove(merged, schema, lastNamed);
        var mergedSet = TypedTree.WithNamedFields(TypedTree.ToFieldSet(merged, schema), schema);

        // What anybody owns comes back, then what the manager never owned.
        var owned = new FieldSet();
        foreach (var key in managed.Managers)
            owned = owned.Union(managed[key]);
        var gone = mergedSet.Difference(PrunedSet(pruned));
        pruned = TypedTree.Remove(merged, schema, gone.Difference(TypedTree.WithNamedFields(owned, schema)));
        gone = mergedSet.Difference(PrunedSet(pruned));
        return TypedTree.Remove(merged, schema, gone.Intersection(lastNamed)) as JsonObject ?? [];
    }

    private FieldSet PrunedSet(JsonNode? pruned) =>
        pruned is null ? new FieldSet() : TypedTree.WithNamedFields(TypedTree.ToFieldSet(pruned, schema), schema);

    private static List<(ManagerKey Manager, FieldSet Fields)> Conflicts(ManagedFields managed, Comparison compare, ManagerKey manager)
    {
        var changed = compare.Modified.Union(compare.Added);
        var conflicts = new List<(ManagerKey, FieldSet)>();
        foreach (var other in managed.Managers)
        {
            if (other == manager)
                continue;
            var both = managed[other]!.Intersection(changed);
            if (!both.IsEmpty)
                conflicts.Add((other, both));
        }

        return conflicts;
    }

    private static void GiveUp(ManagedFields managed, Comparison compare, ManagerKey manager)
    {
        foreach (var (other, fields) in Conflicts(managed, compare, manager))
            managed.Set(other, managed[other]!.Difference(fields));
        if (compare.Removed.IsEmpty)
            return;
        foreach (var other in managed.Managers.Where(key => key != manager).ToList())
            managed.Set(other, managed[other]!.Difference(compare.Removed));
    }

    private static void Drop(ManagedFields managed, FieldSet removed)
    {
        if (removed.IsEmpty)
            return;
        foreach (var key in managed.Managers.ToList())
            managed.Set(key, managed[key]!.Difference(removed));
    }

    private static ApiStatusException Conflict(List<(ManagerKey Manager, FieldSet Fields)> conflicts)
    {
        var all = conflicts
            .OrderBy(conflict => conflict.Manager.ToString(), StringComparer.Ordinal)
            .SelectMany(conflict => conflict.Fields.Paths().Select(path => (conflict.Manager, Path: FieldSet.Format(path))))
            .ToList();
        var causes = new JsonArray([.. all.Select(conflict => (JsonNode)new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = "conflict with " + conflict.Manager,
            ["field"] = conflict.Path,
        })]);
        var message = all.Count == 1
            ? $"Apply failed with 1 conflict: conflict with {all[0].Manager}: {all[0].Path}"
            : $"Apply failed with {all.Count} conflicts: " + string.Join("\n", all
                .GroupBy(conflict => conflict.Manager.ToString())
                .Select(group => $"conflicts with {group.Key}:\n" + string.Join("\n", group.Select(conflict => "- " + conflict.Path))));
        return new ApiStatusException(409, "Conflict", message, new JsonObject { ["causes"] = causes });
    }
}
