using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>
/// Kubernetes' strategic merge patch (k8s.io/apimachinery, strategicpatch): lists with a merge key are merged item by item, with the
/// directives <c>$patch</c>, <c>$retainKeys</c>, <c>$setElementOrder/*</c> and <c>$deleteFromPrimitiveList/*</c>.
/// </summary>
internal static class StrategicMergePatch
{
    public const string Order = "$setElementOrder/";

    private const string _directive = "$patch";
    private const string _deleteFrom = "$deleteFromPrimitiveList/";
    private const string _retainKeys = "$retainKeys";

    /// <summary>Patches the target in place.</summary>
    /// <exception cref="PatchException">The patch breaks the rules of its directives.</exception>
    public static void Apply(JsonObject target, JsonObject patch, TypeSchema schema)
    {
        if (patch.TryGetPropertyValue(_directive, out var directive))
        {
            Replace(target, patch, directive);
            return;
        }

        RetainKeys(target, patch);
        var ordered = ListsInOrder(target, patch, schema);
        foreach (var (name, value) in patch)
        {
            if (name is _retainKeys || name.StartsWith(Order, StringComparison.Ordinal) || ordered.Contains(name))
                continue;
            if (name.StartsWith(_deleteFrom, StringComparison.Ordinal))
            {
                DeleteFromList(target, name[_deleteFrom.Length..], value, schema);
                continue;
            }

            if (value is null)
            {
                target.Remove(name);
                continue;
            }

            var type = TypedTree.MemberType(schema, name);
            switch (target[name], value)
            {
                case (JsonObject present, JsonObject members) when !IsReplaced(schema, name):
                    Apply(present, members, type);
                    break;
                case (JsonArray old, JsonArray items) when type is { Shape: Shape.List, PatchMerges: true }:
                    target[name] = MergeList(old, items, type);
                    break;
                default:
                    target[name] = WithoutNulls(value);
                    break;
            }
        }
    }

    private static void Replace(JsonObject target, JsonObject patch, JsonNode? directive)
    {
        if (directive.Text() is not ("replace" or "delete"))
            throw new PatchException($"unknown patch type: {GoText.Value(directive)} in map: {GoText.Value(patch)}", 500);
        target.Clear();
        if (directive.Text() == "delete")
            return;
        foreach (var (name, value) in patch.Where(member => member.Key != _directive))
            target[name] = value?.DeepClone();
    }

    private static void RetainKeys(JsonObject target, JsonObject patch)
    {
        if (!patch.TryGetPropertyValue(_retainKeys, out var list))
            return;
        var keep = list is JsonArray names
            ? names.Select(name => name.Text()).ToHashSet()
            : throw new PatchException("invalid patch format of retainKeys", 400);
        foreach (var (name, value) in patch)
        {
            if (value is not null && name != _retainKeys && !keep.Contains(name) && !name.StartsWith(Order, StringComparison.Ordinal) && !name.StartsWith(_deleteFrom, StringComparison.Ordinal))
                throw new PatchException("invalid patch format of retainKeys", 400);
        }

        foreach (var name in target.Select(member => member.Key).Where(name => !keep.Contains(name)).ToList())
            target.Remove(name);
    }

    // The lists whose order the patch gives; they are merged here and not again.
    private static HashSet<string> ListsInOrder(JsonObject target, JsonObject patch, TypeSchema schema)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (directive, value) in patch)
        {
            if (!directive.StartsWith(Order, StringComparison.Ordinal))
                continue;
            var name = directive[Order.Length..];
            var order = value as JsonArray ?? throw new PatchException("expected a []interface {}, but received a " + GoText.TypeOf(value), 500);
            var type = TypedTree.MemberType(schema, name);
            var key = type is { Shape: Shape.List, Keys: [var first, ..] } ? first : "";
            var old = target[name] as JsonArray;
            var items = patch[name] as JsonArray;
            if (items is not null)
                ElementOrder.Check(items, order, key);
            if (old is null && items is null)
                continue;
            var merged = (old, items) switch
            {
                (not null, not null) when type.PatchMerges => MergeList(old, items, type),
                (_, not null) => (JsonArray)items.DeepClone(),
                _ => (JsonArray)old!.DeepClone(),
            };
            target[name] = ElementOrder.Arrange(merged, order, order, old ?? [], key);
            done.Add(name);
        }

        return done;
    }

    private static JsonArray MergeList(JsonArray old, JsonArray items, TypeSchema type)
    {
        if (type.ListKind == ListKind.Set)
        {
            var values = new JsonArray();
            foreach (var item in old.Concat(items).Where(item => !values.Any(value => JsonTree.AreEqual(value, item))))
                values.Add(item?.DeepClone());
            return ElementOrder.Arrange(values, items, items, old, "");
        }

        var key = type.Keys[0];
        var merged = (JsonArray)old.DeepClone();
        if (items.Any(item => item?[_directive].Text() == "replace"))
            return [.. items.Where(item => item?[_directive] is null).Select(item => item?.DeepClone())];
        foreach (var item in items)
        {
            if (item is not JsonObject members)
                throw new PatchException($"list element types are not identical: {GoText.Value(old)} {GoText.Value(items)}", 500);
            if (members[_directive] is { } directive && directive.Text() != "delete")
                throw new PatchException(directive.Text() == "merge" ? "merging lists cannot yet be specified in the patch" : $"unknown patch type: {GoText.Value(directive)} in map: {GoText.Value(members)}", 500);
            if (!members.TryGetPropertyValue(key, out var wanted))
                throw new PatchException($"map: {GoText.Value(members)} does not contain declared merge key: {key}", 500);
            var at = ElementOrder.IndexOf(merged, wanted, key);
            if (members.ContainsKey(_directive))
            {
                for (; at >= 0; at = ElementOrder.IndexOf(merged, wanted, key))
                    merged.RemoveAt(at);
            }
            else if (at >= 0)
            {
                Apply((JsonObject)merged[at]!, members, type.Element!);
            }
            else
            {
                var fresh = new JsonObject();
                Apply(fresh, members, type.Element!);
                merged.Add(fresh);
            }
        }

        var kept = new JsonArray([.. items.Where(item => item?[_directive] is null).Select(item => item?.DeepClone())]);
        return ElementOrder.Arrange(merged, kept, kept, old, key);
    }

    private static void DeleteFromList(JsonObject target, string name, JsonNode? value, TypeSchema schema)
    {
        if (target[name] is not JsonArray list || value is not JsonArray gone || !TypedTree.MemberType(schema, name).PatchMerges)
            return;
        for (var at = list.Count - 1; at >= 0; at--)
        {
            if (gone.Any(item => JsonTree.AreEqual(item, list[at])))
                list.RemoveAt(at);
        }
    }

    private static bool IsReplaced(TypeSchema schema, string name) =>
        schema.Shape == Shape.Struct && schema.Fields.TryGet(name, out var field) && field.PatchReplaces;

    private static JsonNode WithoutNulls(JsonNode value)
    {
        var copy = value.DeepClone();
        Discard(copy);
        return copy;

        static void Discard(JsonNode? node)
        {
            if (node is JsonArray items)
            {
                foreach (var item in items)
                    Discard(item);
            }
            else if (node is JsonObject members)
            {
                foreach (var name in members.Where(member => member.Value is null).Select(member => member.Key).ToList())
                    members.Remove(name);
                foreach (var (_, member) in members)
                    Discard(member);
            }
        }
    }
}
