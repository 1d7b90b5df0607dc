using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>
/// A set of paths, as <c>FieldsV1</c> writes it: a tree whose edges are path elements (<c>f:name</c>, <c>k:{...}</c>,
/// <c>v:...</c>, <c>i:0</c>). After sigs.k8s.io/structured-merge-diff, fieldpath.Set.
/// </summary>
internal sealed class FieldSet
{
    private Dictionary<string, FieldSet>? _children;

    /// <summary>Whether the path that leads here is in the set.</summary>
    public bool IsMember { get; set; }

    public bool IsEmpty => !IsMember && (_children is null || _children.Values.All(child => child.IsEmpty));

    public IEnumerable<KeyValuePair<string, FieldSet>> Children => _children ?? [];

    public FieldSet? Child(string element) => _children?.GetValueOrDefault(element);

    public bool Has(string element) => Child(element) is { IsMember: true };

    public FieldSet Descend(string element)
    {
        _children ??= new Dictionary<string, FieldSet>(StringComparer.Ordinal);
        if (!_children.TryGetValue(element, out var child))
            _children[element] = child = new FieldSet();
        return child;
    }

    public FieldSet Union(FieldSet? other)
    {
        var union = Copy();
        if (other is not null)
            union.Add(other);
        return union;
    }

    /// <summary>The paths that are here and not there.</summary>
    public FieldSet Difference(FieldSet? other) => Combine(other, (mine, theirs) => mine && !theirs, recursive: false);

    /// <summary>The paths that are here, and neither there nor below one that is there.</summary>
    public FieldSet RecursiveDifference(FieldSet? other) => Combine(other, (mine, theirs) => mine && !theirs, recursive: true);

    public FieldSet Intersection(FieldSet? other) =>
        other is null ? new FieldSet() : Combine(other, (mine, theirs) => mine && theirs, recursive: false);

    public bool IsSame(FieldSet other)
    {
        if (IsMember != other.IsMember)
            return false;
        foreach (var (element, child) in Children)
        {
            if (other.Child(element) is not { } theirs ? !child.IsEmpty : !child.IsSame(theirs))
                return false;
        }

        return other.Children.All(pair => Child(pair.Key) is not null || pair.Value.IsEmpty);
    }

    public FieldSet Copy()
    {
        var copy = new FieldSet { IsMember = IsMember };
        if (_children is not null)
        {
            copy._children = new Dictionary<string, FieldSet>(_children.Count, StringComparer.Ordinal);
            foreach (var (element, child) in _children)
                copy._children[element] = child.Copy();
        }

        return copy;
    }

    public void Remove(string element) => _children?.Remove(element);

    /// <summary>All paths, each as its elements, in order.</summary>
    public IEnumerable<IReadOnlyList<string>> Paths()
    {
        foreach (var (element, child) in Children.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (child.IsMember)
                yield return [element];
            foreach (var below in child.Paths())
                yield return [element, .. below];
        }
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (element, child) in Children.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (child.IsEmpty)
                continue;
            var below = child.ToJson();
            if (child.IsMember && below.Count > 0)
                below.Insert(0, ".", new JsonObject());
            json[element] = below;
        }

        return json;
    }

    public static FieldSet FromJson(JsonObject json)
    {
        var set = new FieldSet();
        foreach (var (element, value) in json)
        {
            if (element == ".")
            {
                set.IsMember = true;
                continue;
            }

            if (value is not JsonObject below)
                throw new FormatException("fieldsV1 must consist of objects");
            var child = FromJson(below);
            if (below.Count == 0)
                child.IsMember = true;
            (set._children ??= new Dictionary<string, FieldSet>(StringComparer.Ordinal))[element] = child;
        }

        return set;
    }

    /// <summary>A path for people: <c>.spec.ports[port=81,protocol="TCP"].name</c>.</summary>
    public static string Format(IEnumerable<string> path) => string.Concat(path.Select(FormatElement));

    public static string FormatElement(string element)
    {
        var value = element[2..];
        switch (element[0])
        {
            case 'f':
                return "." + value;
            case 'k':
                var keys = (JsonObject)JsonTree.Parse(System.Text.Encoding.UTF8.GetBytes(value))!;
                return "[" + string.Join(",", keys.Select(key => key.Key + "=" + Show(key.Value))) + "]";
            case 'v':
                return "[=" + value + "]";
            default:
                return "[" + value + "]";
        }
    }

    private static string Show(JsonNode? value) => value is null ? "null" : value.ToJsonString(StoredJson.Options);

    private void Add(FieldSet other)
    {
        IsMember |= other.IsMember;
        foreach (var (element, child) in other.Children)
        {
            if (Child(element) is { } mine)
                mine.Add(child);
            else
                (_children ??= new Dictionary<string, FieldSet>(StringComparer.Ordinal))[element] = child.Copy();
        }
    }

    private FieldSet Combine(FieldSet? other, Func<bool, bool, bool> keep, bool recursive)
    {
        var result = new FieldSet { IsMember = keep(IsMember, other?.IsMember ?? false) };
        foreach (var (element, child) in Children)
        {
            var theirs = other?.Child(element);
            if (recursive && theirs is { IsMember: true })
                continue;
            var combined = child.Combine(theirs, keep, recursive);
            if (!combined.IsEmpty)
                (result._children ??= new Dictionary<string, FieldSet>(StringComparer.Ordinal))[element] = combined;
        }

        return result;
    }
}
