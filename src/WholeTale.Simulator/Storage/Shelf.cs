using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace WholeTale.Simulator.Storage;

/// <summary>The objects of one resource and the log of their changes. The store's lock guards every write.</summary>
internal sealed class Shelf(TimeProvider time)
{
    public ImmutableSortedDictionary<ObjectKey, StoredObject> Items { get; private set; } =
        ImmutableSortedDictionary<ObjectKey, StoredObject>.Empty;

    public ChangeLog Log { get; } = new();

    private readonly Dictionary<IndexKey, HashSet<ObjectKey>> _found = [];
    private readonly Dictionary<string, int> _indexes = [];

    public void Put(StoredObject? old, StoredObject stored)
    {
        Items = Items.SetItem(stored.Key, stored);
        Index(old, stored);
        Log.Append(new Change(old, stored, Deleted: false) { At = time.GetTimestamp(), ByController = Origin.IsController });
    }

    public void Remove(StoredObject old, StoredObject last)
    {
        Items = Items.Remove(old.Key);
        Index(old, null);
        Log.Append(new Change(old, last, Deleted: true) { At = time.GetTimestamp(), ByController = Origin.IsController });
    }

    /// <summary>The objects that are found by something, in all namespaces when none is named.</summary>
    public List<StoredObject> FoundBy(IndexKey index, string? ns)
    {
        var found = new List<StoredObject>();
        if (!_found.TryGetValue(index, out var keys))
            return found;
        foreach (var key in keys)
        {
            if (ns is null || key.Namespace == ns)
                found.Add(Items[key]);
        }

        if (found.Count > 1)
            found.Sort(static (left, right) => left.Key.CompareTo(right.Key));
        return found;
    }

    /// <summary>What kinds of things objects are found by now.</summary>
    public string[] Indexes() => [.. _indexes.Keys];

    /// <summary>How many objects are found by something.</summary>
    public int CountOf(IndexKey index) => _found.TryGetValue(index, out var keys) ? keys.Count : 0;

    /// <summary>Rebuilds what was by undoing the changes since; null when the log does not reach back so far.</summary>
    public List<StoredObject>? SliceAt(string? ns, long resourceVersion)
    {
        if (Log.After(resourceVersion) is not { } entry)
            return null;
        var before = Items.ToBuilder();
        var seen = new HashSet<ObjectKey>();
        while (entry.Next is { } next)
        {
            entry = next;
            var change = entry.Change!;
            if (!seen.Add(change.New.Key))
                continue;
            if (change.Old is null)
                before.Remove(change.New.Key);
            else
                before[change.Old.Key] = change.Old;
        }

        return Slice(before.ToImmutable(), ns);
    }

    private void Index(StoredObject? before, StoredObject? after)
    {
        if (before is not null && after is not null && before.IsFoundAs(after))
            return;
        foreach (var index in before?.IndexKeys() ?? [])
        {
            if (_found.TryGetValue(index, out var keys) && keys.Remove(before!.Key) && keys.Count == 0)
            {
                _found.Remove(index);
                if (--CollectionsMarshal.GetValueRefOrNullRef(_indexes, index.Index) == 0)
                    _indexes.Remove(index.Index);
            }
        }

        foreach (var index in after?.IndexKeys() ?? [])
        {
            if (!_found.TryGetValue(index, out var keys))
            {
                _found[index] = keys = [];
                CollectionsMarshal.GetValueRefOrAddDefault(_indexes, index.Index, out _)++;
            }

            keys.Add(after!.Key);
        }
    }

    /// <summary>The objects of a namespace; of all when none is named.</summary>
    public static List<StoredObject> Slice(ImmutableSortedDictionary<ObjectKey, StoredObject> items, string? ns)
    {
        var slice = new List<StoredObject>(ns is null ? items.Count : 16);
        foreach (var (key, stored) in items)
        {
            if (ns is null || key.Namespace == ns)
                slice.Add(stored);
        }

        return slice;
    }
}
