namespace WholeTale.Simulator.Storage;

/// <summary>
/// The newest changes of a resource as a linked list: each watcher holds its own place in it and no buffer, so that a slow
/// watcher costs nothing but the entries it has yet to read.
/// </summary>
internal sealed class ChangeLog
{
    private const int _kept = 4096;

    private Entry _head = new(null);
    private Entry _tail;
    private int _count;
    private long _oldest;
    private volatile TaskCompletionSource _grown = NewSignal();

    public ChangeLog() => _tail = _head;

    /// <summary>The version after which the log knows every change.</summary>
    public long Oldest => Interlocked.Read(ref _oldest);

    /// <summary>The version of the newest change; 0 when there is none.</summary>
    public long Newest => _tail.Change?.ResourceVersion ?? 0;

    public void Append(Change change)
    {
        var entry = new Entry(change);
        _tail.Next = entry;
        _tail = entry;
        if (++_count > _kept)
        {
            _count--;
            _head = _head.Next!;
            Interlocked.Exchange(ref _oldest, _head.Change!.ResourceVersion);
        }
    }

    /// <summary>Wakes those who wait. Called after the store's lock has been left: waking takes longer than writing.</summary>
    public void Announce() => Interlocked.Exchange(ref _grown, NewSignal()).TrySetResult();

    /// <summary>The last entry that is not newer than the version; null when the log does not reach back so far.</summary>
    public Entry? After(long resourceVersion)
    {
        if (resourceVersion < _oldest)
            return null;
        if (_tail.Change is not { } last || last.ResourceVersion <= resourceVersion)
            return _tail;
        var entry = _head;
        while (entry.Next is { } next && next.Change!.ResourceVersion <= resourceVersion)
            entry = next;
        return entry;
    }

    /// <summary>The version before the first change that is not old; null where there is none, or the log begins with it.</summary>
    public long? NewestBefore(Func<Change, bool> isOld)
    {
        for (var entry = _head; entry.Next is { } next; entry = next)
        {
            if (!isOld(next.Change!))
                return next.Change!.ResourceVersion - 1 > _oldest ? next.Change.ResourceVersion - 1 : null;
        }

        return null;
    }

    /// <summary>Waits until there is an entry after the given one.</summary>
    public Task WaitAsync(Entry entry, CancellationToken cancellationToken)
    {
        // The signal is taken before the look, so that an append in between is not missed.
        var grown = _grown;
        return entry.Next is not null ? Task.CompletedTask : grown.Task.WaitAsync(cancellationToken);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal sealed class Entry(Change? change)
    {
        private volatile Entry? _next;

        public Change? Change { get; } = change;

        public Entry? Next
        {
            get => _next;
            set => _next = value;
        }
    }
}
