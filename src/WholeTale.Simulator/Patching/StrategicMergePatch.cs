using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>
/// Kubernetes' strategic merge patch: lists with a merge key are merged item by item, with the directives <c>$patch</c>,
/// <c>$retainKeys</c>, <c>$setElementOrder/*</c> and <c>$deleteFromPrimitiveList/*</c>.
/// </summary>
internal static class StrategicMergePatch
{
    private const string _directive = "$patch";
    private const string _order = "$setElementOrder/";
    private const string _deleteFrom = "$deleteFromPrimitiveList/";
    private const string _retainKeys = "$retainKeys";

    /// <summary>Patches the target in place.</summary>
    public static void Apply(JsonObject target, JsonObject patch, TypeSchema schema)
    {
        if (patch[_directive].Text() is { } directive)
        {
            switch (directive)
            {
                case "replace":
                    target.Clear();
                    foreach (var (name, value) in patch.Where(member => member.Key != _directive))
                        target[name] = value?.DeepClone();
                    return;
                case "delete":
                    target.Clear();
                    return;
                case "merge":
                    break;
                default:
                    throw new PatchException($"Unknown patch type {directive} in map", unreadable: true);
            }
        }

        if (patch[_retainKeys] is JsonArray retained)
        {
            var keep = retained.Select(name => name.Text()).ToHashSet();
            foreach (var name in target.Select(member => member.Key).Where(name => !keep.Contains(name)).ToList())
                target.Remove(name);
        }

        DeleteFromLists(target, patch);
        foreach (var (name, value) in patch)
        {
            if (name.StartsWith('$'))
                continue;
            var type = TypedTree.MemberType(schema, name);
            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject members when type.Shape is Shape.Struct or Shape.Map or Shape.Any:
                    if (target[name] is not JsonObject present)
                        target[name] = present = [];
                    Apply(present, members, type);
                    break;
                case JsonArray items when type is { Shape: Shape.List, PatchMerges: true } && target[name] is JsonArray old:
                    MergeList(old, items, type);
                    break;
                case JsonArray items:
                    target[name] = Clean(items);
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }

        Reorder(target, patch, schema);
    }

    private static void MergeList(JsonArray old, JsonArray items, TypeSchema type)
    {
        if (type.ListKind == ListKind.Set)
        {
            foreach (var item in items)
            {
                if (!old.Any(present => JsonTree.AreEqual(present, item)))
                    old.Add(item?.DeepClone());
            }

            return;
        }

        if (items.Any(item => item?[_directive].Text() == "replace"))
        {
            old.Clear();
            foreach (var item in items.Where(item => item?[_directive] is null))
                old.Add(item?.DeepClone());
            return;
        }

        var key = type.Keys[0];
        foreach (var item in items)
        {
            if (item is not JsonObject members || members[key] is not { } wanted)
                throw new PatchException($"map: {item?.ToJsonString(StoredJson.Options)} does not contain declared merge key: {key}", unreadable: true);
            var at = IndexOf(old, key, wanted);
            if (members[_directive].Text() == "delete")
            {
                if (at >= 0)
                    old.RemoveAt(at);
            }
            else if (at >= 0)
            {
                Apply((JsonObject)old[at]!, members, type.Element!);
            }
            else
            {
                var fresh = new JsonObject();
                Apply(fresh, members, type.Element!);
                old.Add(fresh);
            }
        }
    }

    private static void DeleteFromLists(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (!name.StartsWith(_deleteFrom, StringComparison.Ordinal) || target[name[_deleteFrom.Length..]] is not JsonArray list || value is not JsonArray gone)
                continue;
            for (var at = list.Count - 1; at >= 0; at--)
            {
                if (gone.Any(item => JsonTree.AreEqual(item, list[at])))
                    list.RemoveAt(at);
            }
        }
    }

    // Items that the order names come in that order; the others keep their place relative to what was before them.
    private static void Reorder(JsonObject target, JsonObject patch, TypeSchema schema)
    {
        foreach (var (name, value) in patch)
        {
            if (!name.StartsWith(_order, StringComparison.Ordinal) || value is not JsonArray order || target[name[_order.Length..]] is not JsonArray list)
                continue;
            var type = TypedTree.MemberType(schema, name[_order.Length..]);
            var items = list.Select(item => item?.DeepClone()).ToList();
            int Rank(JsonNode? item)
            {
                for (var at = 0; at < order.Count; at++)
                {
                    var same = type.ListKind == ListKind.Map
                        ? JsonTree.AreEqual(order[at]?[type.Keys[0]], item?[type.Keys[0]])
                        : JsonTree.AreEqual(order[at], item);
                    if (same)
                        return at;
                }

                return -1;
            }

            var ranked = items.Where(item => Rank(item) >= 0).OrderBy(Rank).ToList();
            var others = items.Where(item => Rank(item) < 0).ToList();
            list.Clear();
            foreach (var item in ranked.Concat(others))
                list.Add(item);
        }
    }

    private static JsonArray Clean(JsonArray items)
    {
        var clean = new JsonArray();
        foreach (var item in items)
        {
            if (item is JsonObject members && members.ContainsKey(_directive))
            {
                if (members[_directive].Text() == "delete" || members.Count == 1)
                    continue;
                var copy = (JsonObject)members.DeepClone();
                copy.Remove(_directive);
                clean.Add(copy);
                continue;
            }

            clean.Add(item?.DeepClone());
        }

        return clean;
    }

    private static int IndexOf(JsonArray items, string key, JsonNode wanted)
    {
        for (var at = 0; at < items.Count; at++)
        {
            if (JsonTree.AreEqual(items[at]?[key], wanted))
                return at;
        }

        return -1;
    }
}
