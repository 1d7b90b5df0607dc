using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Schema;

namespace WholeTale.Simulator.Storage;

/// <summary>
/// All objects, versioned as etcd versions them: one counter over all kinds, every change in a log a kind, so that lists are
/// snapshots and watches resume. It knows nothing of schemas: callers validate before they write.
/// </summary>
internal sealed class ObjectStore(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Shelf> _shelves = [];
    private readonly ConcurrentDictionary<string, (Kind Kind, ObjectKey Key)> _places = [];
    private long _resourceVersion;

    /// <summary>The clock that stamps objects.</summary>
    public TimeProvider Time => time;

    /// <summary>The version of the newest change.</summary>
    public long ResourceVersion => Interlocked.Read(ref _resourceVersion);

    /// <summary>Told of every change, before the watches and before the write that made it returns.</summary>
    public event Action<Change>? Committed;

    /// <summary>The number of objects of all kinds.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _shelves.Values.Sum(shelf => shelf.Items.Count);
        }
    }

    public StoredObject? Get(Kind kind, string? ns, string name) =>
        ShelfOf(kind).Items.GetValueOrDefault(new ObjectKey(kind.Namespaced ? ns ?? "" : "", name))?.As(kind);

    /// <summary>The objects of a kind now; in all namespaces when none is named.</summary>
    public ListSnapshot List(Kind kind, string? ns = null)
    {
        var shelf = ShelfOf(kind);
        ImmutableSortedDictionary<ObjectKey, StoredObject> items;
        long version;
        lock (_gate)
            (items, version) = (shelf.Items, _resourceVersion);
        return new ListSnapshot(Seen(kind, Shelf.Slice(items, ns)), version);
    }

    /// <summary>The version of the newest change of a kind.</summary>
    public long NewestChange(Kind kind)
    {
        var shelf = ShelfOf(kind);
        lock (_gate)
            return shelf.Log.Newest;
    }

    /// <summary>The object of a uid; null when there is none.</summary>
    public StoredObject? Find(string uid) =>
        _places.TryGetValue(uid, out var place) && Get(place.Kind, place.Key.Namespace, place.Key.Name) is { } found && found.Uid == uid ? found : null;

    /// <summary>The objects of a kind that name an owner in their ownerReferences.</summary>
    public IReadOnlyList<StoredObject> OwnedBy(Kind kind, string uid) => FoundBy(kind, null, IndexKey.Owner(uid));

    /// <summary>The objects of a kind that are found by something; in all namespaces when none is named.</summary>
    public IReadOnlyList<StoredObject> FoundBy(Kind kind, string? ns, IndexKey index)
    {
        var shelf = ShelfOf(kind);
        lock (_gate)
            return Seen(kind, shelf.FoundBy(index, ns));
    }

    /// <summary>What kinds of things the objects of a kind are found by now.</summary>
    public IReadOnlyList<string> Indexes(Kind kind)
    {
        var shelf = ShelfOf(kind);
        lock (_gate)
            return shelf.Indexes();
    }

    /// <summary>The objects of a kind that have the one of several labels that the fewest have: those that have all are among them.</summary>
    public IReadOnlyList<StoredObject> Labelled(Kind kind, string? ns, IEnumerable<IndexKey> labels)
    {
        var shelf = ShelfOf(kind);
        lock (_gate)
            return Seen(kind, shelf.FoundBy(labels.MinBy(shelf.CountOf), ns));
    }

    /// <summary>The objects of a kind as they were at a version; null when the log no longer reaches back so far.</summary>
    public ListSnapshot? ListAt(Kind kind, string? ns, long resourceVersion)
    {
        var shelf = ShelfOf(kind);
        lock (_gate)
            return shelf.SliceAt(ns, resourceVersion) is { } items ? new ListSnapshot(Seen(kind, items), resourceVersion) : null;
    }

    /// <summary>The version that was a kind's newest some time ago; null where the log does not tell, or nothing has changed since.</summary>
    public long? VersionBefore(Kind kind, TimeSpan age)
    {
        var shelf = ShelfOf(kind);
        lock (_gate)
            return shelf.Log.NewestBefore(change => time.GetElapsedTime(change.At) >= age);
    }

    /// <summary>Stores a new object, stamping uid and creation time. The tree belongs to the store's caller still.</summary>
    /// <exception cref="ApiStatusException">An object of that name exists.</exception>
    public StoredObject Create(Kind kind, JsonObject content)
    {
        var metadata = content["metadata"]!.AsObject();
        metadata["uid"] ??= Guid.NewGuid().ToString();
        metadata["creationTimestamp"] ??= Timestamp();
        var shelf = ShelfOf(kind);
        var stored = ToStored(kind, content);
        StoredObject? created = null;
        while (created is null)
        {
            var draft = Draft(kind, stored);
            lock (_gate)
            {
                if (shelf.Items.ContainsKey(draft.Key))
                    throw ApiStatusException.AlreadyExists(kind, draft.Name);
                if (!TryAdvance(draft))
                    continue;
                created = draft;
                shelf.Put(null, created);
                _places[created.Uid] = (created.Kind, created.Key);
            }
        }

        Tell(shelf, new Change(null, created, Deleted: false));
        return created.As(kind);
    }

    /// <summary>
    /// Changes an object by a function that is given a tree of its own and is called again when somebody else was faster.
    /// A function that changes nothing (or returns false) changes no resourceVersion. Removing the last finalizer of an object that
    /// is being deleted deletes it.
    /// </summary>
    /// <returns>The object as it is now (or was last); null when there is none of that name.</returns>
    public StoredObject? Update(Kind kind, string? ns, string name, Func<JsonObject, bool> change)
    {
        while (true)
        {
            if (Get(kind, ns, name) is not { } current)
                return null;
            var content = current.Read();
            if (!change(content))
                return current;
            if (TryReplace(current, content, null, out var stored))
                return stored;
        }
    }

    /// <inheritdoc cref="Update(Kind, string?, string, Func{JsonObject, bool})"/>
    public StoredObject? Update(Kind kind, string? ns, string name, Action<JsonObject> change) =>
        Update(kind, ns, name, content =>
        {
            change(content);
            return true;
        });

    /// <summary>Stores new content if the object is still the one that was read.</summary>
    /// <param name="current">The object as it was read.</param>
    /// <param name="content">The content, which nobody may change from now on.</param>
    /// <param name="derived">What <see cref="StoredObject.Derive"/> would make of it, where that is known.</param>
    /// <param name="stored">What is stored.</param>
    /// <returns>False when it was changed or deleted in between.</returns>
    public bool TryReplace(StoredObject current, JsonObject content, object? derived, out StoredObject stored)
    {
        var shelf = ShelfOf(current.Kind);
        var gone = Deletion.IsComplete(content);
        var source = current.Source ?? current;
        var next = ToStored(current.Kind, content);
        while (true)
        {
            var draft = Draft(current.Kind, next);
            draft.Share(next, ReferenceEquals(next, content) ? derived : null);
            var unchanged = !gone && draft.DiffersInVersionOnly(source);
            lock (_gate)
            {
                stored = current;
                if (!ReferenceEquals(shelf.Items.GetValueOrDefault(current.Key), source))
                    return false;
                if (unchanged)
                    return true;
                if (!TryAdvance(draft))
                    continue;
                stored = draft;
                if (gone)
                    Remove(shelf, source, stored);
                else
                    shelf.Put(source, stored);
                break;
            }
        }

        Tell(shelf, new Change(source, stored, gone));
        stored = stored.As(current.Kind);
        return true;
    }

    /// <summary>
    /// Deletes an object, or marks it for deletion when finalizers or a pod's grace period hold it.
    /// </summary>
    /// <returns>What happened; null when there is no such object.</returns>
    public DeletionResult? Delete(Kind kind, string? ns, string name, DeletionOptions? options = null)
    {
        while (true)
        {
            if (Get(kind, ns, name) is not { } current)
                return null;
            options ??= DeletionOptions.Default;
            var gone = Deletion.Begin(current, options, time, out var content);
            if (options.DryRun)
                return new DeletionResult(gone ? current : new StoredObject(kind, content!, current.ResourceVersion), gone);
            if (gone ? TryRemove(current, content, out var stored) : TryReplace(current, content!, current.Derived, out stored))
                return new DeletionResult(stored, gone);
        }
    }

    /// <summary>Changes of a kind after a version, for ever, or until the reader is too slow for the log (then it ends).</summary>
    /// <exception cref="ApiStatusException">The log no longer reaches back to the version (410).</exception>
    public async IAsyncEnumerable<Change> WatchAsync(
        Kind kind,
        string? ns,
        long since,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var shelf = ShelfOf(kind);
        ChangeLog.Entry? entry;
        lock (_gate)
            entry = shelf.Log.After(since) ?? throw ApiStatusException.Expired(since, shelf.Log.Oldest);
        while (true)
        {
            while (entry.Next is { } next)
            {
                entry = next;
                if (entry.Change!.ResourceVersion < shelf.Log.Oldest)
                    yield break;
                if (ns is null || entry.Change.New.Namespace == ns)
                    yield return entry.Change.As(kind);
            }

            await shelf.Log.WaitAsync(entry, cancellationToken);
        }
    }

    /// <summary>Forgets a kind and all its objects, as when its CustomResourceDefinition goes.</summary>
    public void Forget(Kind kind)
    {
        foreach (var stored in List(kind).Items)
            TryRemove(stored, null, out _);
    }

    /// <summary>Now, as objects carry it: RFC 3339 in whole seconds.</summary>
    public string Timestamp() => time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // As it is, or with content of its own at the end.
    private bool TryRemove(StoredObject current, JsonObject? content, out StoredObject stored)
    {
        var shelf = ShelfOf(current.Kind);
        var source = current.Source ?? current;
        var last = content is null ? null : ToStored(current.Kind, content);
        while (true)
        {
            var draft = last is null ? source.At(ResourceVersion + 1) : Draft(current.Kind, last);
            lock (_gate)
            {
                stored = current;
                if (!ReferenceEquals(shelf.Items.GetValueOrDefault(current.Key), source))
                    return false;
                if (!TryAdvance(draft))
                    continue;
                stored = draft;
                Remove(shelf, source, stored);
                break;
            }
        }

        Tell(shelf, new Change(source, stored, Deleted: true));
        stored = stored.As(current.Kind);
        return true;
    }

    // Written before the lock is taken, for the version that comes next unless somebody else is faster: under the lock all others would wait for the writing.
    private StoredObject Draft(Kind kind, JsonObject content) => new(kind.StoredAs ?? kind, content, ResourceVersion + 1);

    private void Tell(Shelf shelf, Change change)
    {
        try
        {
            Committed?.Invoke(change);
        }
        finally
        {
            // Whatever a listener stumbles over, those who watch are woken.
            shelf.Log.Announce();
        }
    }

    // The tree itself where its form is the stored one; else a copy in that form.
    private static JsonObject ToStored(Kind kind, JsonObject content)
    {
        if (kind.StoredAs is null)
            return content;
        var stored = (JsonObject)content.DeepClone();
        kind.ToStored!(stored);
        return stored;
    }

    private static List<StoredObject> Seen(Kind kind, List<StoredObject> items)
    {
        if (kind.FromStored is null)
            return items;
        for (var at = 0; at < items.Count; at++)
            items[at] = items[at].As(kind);
        return items;
    }

    private bool TryAdvance(StoredObject draft)
    {
        if (draft.ResourceVersion != _resourceVersion + 1)
            return false;
        Interlocked.Exchange(ref _resourceVersion, draft.ResourceVersion);
        return true;
    }

    private void Remove(Shelf shelf, StoredObject current, StoredObject last)
    {
        shelf.Remove(current, last);
        _places.TryRemove(current.Uid, out _);
    }

    private Shelf ShelfOf(Kind kind) => _shelves.GetOrAdd(kind.Shelf, static (_, time) => new Shelf(time), time);
}
