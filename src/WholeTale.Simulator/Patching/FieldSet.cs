using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>
/// A set of paths, as <c>FieldsV1</c> writes it: a tree whose edges are path elements (<c>f:name</c>, <c>k:{...}</c>,
/// <c>v:...</c>, <c>i:0</c>). After sigs.k8s.io/structured-merge-diff, fieldpath.Set.
/// </summary>
/// <remarks>Who builds a set changes it (<see cref="Descend"/>); the operations change nothing, and their results share what they have in common with their operands.</remarks>
internal sealed class FieldSet
{
    private static readonly Dictionary<string, FieldSet> _none = new(StringComparer.Ordinal);

    private Dictionary<string, FieldSet>? _children;

    /// <summary>Whether the path that leads here is in the set.</summary>
    public bool IsMember { get; set; }

    public bool IsEmpty
    {
        get
        {
            if (IsMember)
                return false;
            foreach (var (_, child) in Children)
            {
                if (!child.IsEmpty)
                    return false;
            }

            return true;
        }
    }

    public Dictionary<string, FieldSet> Children => _children ?? _none;

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
        if (other is null || other.IsEmpty)
            return this;
        if (IsEmpty)
            return other;
        var children = new Dictionary<string, FieldSet>(Children, StringComparer.Ordinal);
        foreach (var (element, theirs) in other.Children)
            children[element] = children.TryGetValue(element, out var mine) ? mine.Union(theirs) : theirs;
        return new FieldSet { IsMember = IsMember || other.IsMember, _children = children };
    }

    /// <summary>The paths that are here and not there.</summary>
    public FieldSet Difference(FieldSet? other) => Without(other, recursive: false);

    /// <summary>The paths that are here, and neither there nor below one that is there.</summary>
    public FieldSet RecursiveDifference(FieldSet? other) => Without(other, recursive: true);

    public FieldSet Intersection(FieldSet? other)
    {
        var both = new FieldSet { IsMember = IsMember && other is { IsMember: true } };
        foreach (var (element, theirs) in other?.Children ?? _none)
        {
            if (Child(element)?.Intersection(theirs) is { IsEmpty: false } shared)
                (both._children ??= new Dictionary<string, FieldSet>(StringComparer.Ordinal))[element] = shared;
        }

        return both;
    }

    public bool IsSame(FieldSet other)
    {
        if (IsMember != other.IsMember)
            return false;
        foreach (var (element, child) in Children)
        {
            if (other.Child(element) is not { } theirs ? !child.IsEmpty : !child.IsSame(theirs))
                return false;
        }

        foreach (var (element, theirs) in other.Children)
        {
            if (Child(element) is null && !theirs.IsEmpty)
                return false;
        }

        return true;
    }

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

    /// <summary>Writes the paths below as FieldsV1 has them.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteChildren(writer);
        writer.WriteEndObject();
    }

    private void WriteChildren(Utf8JsonWriter writer)
    {
        if (_children is null)
            return;
        var elements = new string[_children.Count];
        _children.Keys.CopyTo(elements, 0);
        Array.Sort(elements, StringComparer.Ordinal);
        foreach (var element in elements)
        {
            var child = _children[element];
            if (child.IsEmpty)
                continue;
            writer.WriteStartObject(element);
            if (child.IsMember && child.Children.Values.Any(below => !below.IsEmpty))
            {
                writer.WriteStartObject(".");
                writer.WriteEndObject();
            }

            child.WriteChildren(writer);
            writer.WriteEndObject();
        }
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

    private FieldSet Without(FieldSet? other, bool recursive)
    {
        if (other is null)
            return this;
        Dictionary<string, FieldSet>? children = null;
        foreach (var (element, theirs) in other.Children)
        {
            if (Child(element) is not { } mine)
                continue;
            var rest = recursive && theirs.IsMember ? null : mine.Without(theirs, recursive);
            if (ReferenceEquals(rest, mine))
                continue;
            children ??= new Dictionary<string, FieldSet>(Children, StringComparer.Ordinal);
            if (rest is { IsEmpty: false })
                children[element] = rest;
            else
                children.Remove(element);
        }

        var isMember = IsMember && !other.IsMember;
        return children is null && isMember == IsMember ? this : new FieldSet { IsMember = isMember, _children = children ?? _children };
    }
}
