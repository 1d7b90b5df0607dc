using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>
/// Trees seen through their schema: validated, turned into sets of fields, compared, merged and pruned, as
/// sigs.k8s.io/structured-merge-diff/v4 (typed) does it.
/// </summary>
internal static class TypedTree
{
    /// <summary>Why a tree does not fit its schema; empty when it does.</summary>
    public static IReadOnlyList<string> Validate(JsonNode? value, TypeSchema schema)
    {
        var errors = new List<string>();
        Validate(value, schema, "", errors);
        return errors;
    }

    /// <summary>The fields that a tree sets.</summary>
    public static FieldSet ToFieldSet(JsonNode? value, TypeSchema schema)
    {
        var set = new FieldSet();
        Collect(value, schema, set);
        return set;
    }

    /// <summary>Merges, the right side winning; the result shares nothing with either.</summary>
    public static JsonNode? Merge(JsonNode? left, JsonNode? right, TypeSchema schema)
    {
        if (left is null || right is null)
            return (right ?? left)?.DeepClone();
        switch (FormOf(schema, left, right))
        {
            case Form.Map when left is JsonObject lefts && right is JsonObject rights && rights.Count > 0:
                var merged = new JsonObject();
                foreach (var (name, member) in lefts)
                {
                    merged[name] = rights.TryGetPropertyValue(name, out var other)
                        ? other is null ? Nulled(member, MemberType(schema, name)) : Merge(member, other, MemberType(schema, name))
                        : member?.DeepClone();
                }

                foreach (var (name, member) in rights)
                {
                    if (!lefts.ContainsKey(name))
                        merged[name] = member?.DeepClone();
                }

                return merged;
            case Form.List when left is JsonArray leftItems && right is JsonArray rightItems && rightItems.Count > 0:
                return MergeList(leftItems, rightItems, schema);
            default:
                return right.DeepClone();
        }
    }

    // visitMapItems: a null has no members, and what has none takes none away. Leaves and what is empty it replaces.
    private static JsonNode? Nulled(JsonNode? member, TypeSchema schema) => (FormOf(schema, member, null), member) switch
    {
        (Form.Map, JsonObject { Count: > 0 }) or (Form.List, JsonArray { Count: > 0 }) => member.DeepClone(),
        _ => null,
    };

    /// <summary>A copy of a tree without the fields of a set; null when nothing is left.</summary>
    public static JsonNode? Remove(JsonNode? value, TypeSchema schema, FieldSet set)
    {
        switch (FormOf(schema, value, value))
        {
            case Form.Map when value is JsonObject { Count: > 0 } members:
                var kept = new JsonObject();
                foreach (var (name, member) in members)
                {
                    var below = set.Child(PathElements.Field(name));
                    if (below is { IsMember: true })
                        continue;
                    kept[name] = below is { IsEmpty: false } ? Remove(member, MemberType(schema, name), below) : member?.DeepClone();
                }

                return kept.Count > 0 ? kept : null;
            case Form.List when value is JsonArray { Count: > 0 } items:
                var rest = new JsonArray();
                for (var at = 0; at < items.Count; at++)
                {
                    var below = set.Child(PathElements.Item(schema, at, items[at]));
                    if (below is { IsMember: true })
                        continue;
                    rest.Add(below is { IsEmpty: false } ? Remove(items[at], schema.Element!, below) : items[at]?.DeepClone());
                }

                return rest.Count > 0 ? rest : null;
            case Form.Leaf:
                return value is JsonValue ? value.DeepClone() : null;
            default:
                return null;
        }
    }

    /// <summary>Adds the names of struct fields above the members of a set (EnsureNamedFieldsAreMembers).</summary>
    public static FieldSet WithNamedFields(FieldSet set, TypeSchema? schema)
    {
        var result = new FieldSet { IsMember = set.IsMember };
        foreach (var (element, child) in set.Children)
        {
            TypeSchema? type = null;
            var named = false;
            if (element[0] == 'f' && schema is { Shape: Shape.Struct } && schema.Fields.TryGet(element[2..], out var field))
                (type, named) = (field.Type, true);
            else if (element[0] is 'f' or 'k')
                type = schema?.Element;
            var ensured = WithNamedFields(child, type);
            ensured.IsMember |= named;
            var target = result.Descend(element);
            target.IsMember = ensured.IsMember;
            foreach (var (below, grandchild) in ensured.Children)
                Graft(target.Descend(below), grandchild);
        }

        return result;
    }

    /// <summary>The fields that two trees differ in.</summary>
    public static Comparison Compare(JsonNode? left, JsonNode? right, TypeSchema schema)
    {
        var comparison = new Comparison(new FieldSet(), new FieldSet(), new FieldSet());
        Compare(left, right, schema, comparison.Added, comparison.Modified, comparison.Removed, new Presence(true, true), isRoot: true);
        return comparison;
    }

    internal static TypeSchema MemberType(TypeSchema schema, string name) => schema.Shape switch
    {
        Shape.Struct => schema.Fields.TryGet(name, out var field) ? field.Type : schema.Element ?? TypeSchema.Deduced,
        Shape.Map => schema.Element!,
        _ => TypeSchema.Deduced,
    };

    private static void Graft(FieldSet target, FieldSet source)
    {
        target.IsMember = source.IsMember;
        foreach (var (element, child) in source.Children)
            Graft(target.Descend(element), child);
    }

    private static Form FormOf(TypeSchema schema, JsonNode? left, JsonNode? right)
    {
        if (schema.Atomic)
            return Form.Leaf;
        return schema.Shape switch
        {
            Shape.Struct or Shape.Map => Form.Map,
            Shape.List => schema.ListKind == ListKind.Atomic ? Form.Leaf : Form.List,
            Shape.Any => (left ?? right) is JsonObject && right is JsonObject or null ? Form.Map : Form.Leaf,
            _ => Form.Leaf,
        };
    }

    private static void Compare(JsonNode? left, JsonNode? right, TypeSchema schema, FieldSet added, FieldSet modified, FieldSet removed, Presence present, bool isRoot)
    {
        var form = FormOf(schema, left, right);
        if (form == Form.Leaf || IsEmpty(left) && IsEmpty(right))
        {
            // A null that stands there is a value: what comes in its place is modified, not added.
            if (!present.Left)
                added.IsMember = true;
            else if (!present.Right)
                removed.IsMember = true;
            else if (!JsonTree.AreEqual(left, right))
                modified.IsMember = true;
            return;
        }

        if (form == Form.Map)
            CompareMembers(left as JsonObject, right as JsonObject, schema, added, modified, removed);
        else
            CompareItems(left as JsonArray, right as JsonArray, schema, added, modified, removed);
        if (isRoot)
            return;
        if (!present.Left)
            added.IsMember = true;
        else if (!present.Right)
            removed.IsMember = true;
    }

    private static void CompareMembers(JsonObject? left, JsonObject? right, TypeSchema schema, FieldSet added, FieldSet modified, FieldSet removed)
    {
        if (left is not null)
        {
            foreach (var (name, member) in left)
            {
                JsonNode? other = null;
                var present = right?.TryGetPropertyValue(name, out other) ?? false;
                CompareChild(PathElements.Field(name), member, true, other, present, MemberType(schema, name), added, modified, removed);
            }
        }

        if (right is not null)
        {
            foreach (var (name, member) in right)
            {
                if (left?.ContainsKey(name) != true)
                    CompareChild(PathElements.Field(name), null, false, member, true, MemberType(schema, name), added, modified, removed);
            }
        }
    }

    private static void CompareItems(JsonArray? left, JsonArray? right, TypeSchema schema, FieldSet added, FieldSet modified, FieldSet removed)
    {
        var lefts = Index(left, schema);
        var rights = Index(right, schema);
        foreach (var (element, item) in lefts)
        {
            var present = rights.TryGetValue(element, out var other);
            CompareChild(element, item, true, other, present, schema.Element!, added, modified, removed);
        }

        foreach (var (element, item) in rights)
        {
            if (!lefts.ContainsKey(element))
                CompareChild(element, null, false, item, true, schema.Element!, added, modified, removed);
        }
    }

    private static void CompareChild(
        string element,
        JsonNode? left,
        bool hasLeft,
        JsonNode? right,
        bool hasRight,
        TypeSchema type,
        FieldSet added,
        FieldSet modified,
        FieldSet removed)
    {
        if (hasLeft && hasRight && JsonTree.AreEqual(left, right))
            return;
        Compare(left, right, type, added.Descend(element), modified.Descend(element), removed.Descend(element), new Presence(hasLeft, hasRight), isRoot: false);
    }

    private static bool IsEmpty(JsonNode? value) => value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 };

    private static Dictionary<string, JsonNode?> Index(JsonArray? items, TypeSchema schema)
    {
        var index = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        for (var at = 0; at < (items?.Count ?? 0); at++)
            index[PathElements.Item(schema, at, items![at])] = items[at];
        return index;
    }

    private static JsonArray MergeList(JsonArray left, JsonArray right, TypeSchema schema)
    {
        var rights = Index(right, schema);
        var merged = new JsonArray();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < left.Count; at++)
        {
            var element = PathElements.Item(schema, at, left[at]);
            if (seen.Add(element))
                merged.Add(rights.TryGetValue(element, out var other) ? Merge(left[at], other, schema.Element!) : left[at]?.DeepClone());
        }

        for (var at = 0; at < right.Count; at++)
        {
            if (seen.Add(PathElements.Item(schema, at, right[at])))
                merged.Add(right[at]?.DeepClone());
        }

        return merged;
    }

    private static void Collect(JsonNode? value, TypeSchema schema, FieldSet set)
    {
        switch (FormOf(schema, value, value))
        {
            case Form.Map when value is JsonObject members:
                foreach (var (name, member) in members)
                {
                    var child = set.Descend(PathElements.Field(name));
                    Collect(member, MemberType(schema, name), child);
                    var declared = schema.Shape == Shape.Struct && schema.Fields.TryGet(name, out _);
                    if (member is null or JsonObject { Count: 0 } || !declared)
                        child.IsMember = true;
                }

                break;
            case Form.List when value is JsonArray items:
                for (var at = 0; at < items.Count; at++)
                {
                    var child = set.Descend(PathElements.Item(schema, at, items[at]));
                    Collect(items[at], schema.Element!, child);
                    child.IsMember = true;
                }

                break;
            case Form.Leaf:
                set.IsMember = true;
                break;
            default:
                break;
        }
    }

    private static void Validate(JsonNode? value, TypeSchema schema, string path, List<string> errors)
    {
        if (value is null)
            return;
        switch (schema.Shape)
        {
            case Shape.Struct or Shape.Map:
                if (value is not JsonObject members)
                {
                    errors.Add($"{Prefix(path)}expected map, got {Show(value)}");
                    return;
                }

                foreach (var (name, member) in members)
                {
                    if (schema.Shape == Shape.Struct && !schema.Fields.TryGet(name, out _) && !schema.PreservesUnknown)
                        errors.Add($"{path}.{name}: field not declared in schema");
                    else
                        Validate(member, MemberType(schema, name), path + "." + name, errors);
                }

                break;
            case Shape.List:
                if (value is not JsonArray items)
                {
                    errors.Add($"{Prefix(path)}expected list, got {Show(value)}");
                    return;
                }

                ValidateItems(items, schema, path, errors);
                break;
            case Shape.Scalar:
                if (Wanted(value, schema.Scalar) is { } wanted)
                    errors.Add($"{Prefix(path)}expected {wanted}, got {Show(value)}");
                break;
            default:
                break;
        }
    }

    private static void ValidateItems(JsonArray items, TypeSchema schema, string path, List<string> errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < items.Count; at++)
        {
            string element;
            try
            {
                element = PathElements.Item(schema, at, items[at]);
            }
            catch (DecodeException refused)
            {
                errors.Add($"{Prefix(path)}element {at}: {refused.Message}");
                return;
            }

            var shown = FieldSet.FormatElement(element);
            if (!seen.Add(element))
                errors.Add($"{Prefix(path)}duplicate entries for key {shown}");
            Validate(items[at], schema.Element!, path + shown, errors);
        }
    }

    private static string? Wanted(JsonNode value, ScalarType type)
    {
        switch (type)
        {
            case ScalarType.Boolean:
                return value.Flag() is null ? "boolean" : null;
            case ScalarType.Integer32 or ScalarType.Integer64 or ScalarType.Float:
                return value is JsonValue number && number.GetValueKind() == System.Text.Json.JsonValueKind.Number
                    ? null
                    : "numeric (int or float)";
            case ScalarType.Quantity or ScalarType.IntOrString:
                return value is JsonValue ? null : "scalar";
            default:
                return value.Text() is null ? "string" : null;
        }
    }

    private static string Prefix(string path) => path.Length == 0 ? "" : path + ": ";

    private static string Show(JsonNode value) => value switch
    {
        JsonObject or JsonArray => $"&value.valueUnstructured{{Value:{Go(value)}}}",
        _ => $"&value.valueUnstructured{{Value:{value.ToJsonString(StoredJson.Options)}}}",
    };

    private static string Go(JsonNode? value) => value switch
    {
        JsonObject members => "map[string]interface {}{" + string.Join(", ", members.Select(member => $"\"{member.Key}\":{Go(member.Value)}")) + "}",
        JsonArray items => "[]interface {}{" + string.Join(", ", items.Select(Go)) + "}",
        null => "interface {}(nil)",
        _ => value.ToJsonString(StoredJson.Options),
    };

    private readonly record struct Presence(bool Left, bool Right);

    private enum Form
    {
        Leaf,
        Map,
        List,
    }
}
