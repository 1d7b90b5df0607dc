using System.Collections.Concurrent;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Tells all control loops of changes, in their order, by one watch a kind however many loops look at it (as a shared informer does).</summary>
internal sealed class ChangeFeed(ObjectStore store, TimeSpan latency, IReadOnlyList<ControllerLoop> loops) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<string> _followed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Kind, long> _told = [];
    private readonly List<Task> _watches = [];
    private volatile TaskCompletionSource _open = Opened();

    /// <summary>Whether the loops have been told of every change.</summary>
    public bool IsCurrent => _told.All(pair => store.NewestChange(pair.Key) <= pair.Value);

    /// <summary>Tells nothing more until it is resumed.</summary>
    public void Pause()
    {
        // Those who wait already wait for the one there is.
        if (_open.Task.IsCompleted)
            _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Goes on telling, with what has come meanwhile.</summary>
    public void Resume() => _open.TrySetResult();

    /// <summary>Tells what is there, and from then on what changes; called again when kinds have come, of those that are new.</summary>
    public void Follow()
    {
        var watched = loops.Select(loop => (Loop: loop, Kinds: loop.Watched)).ToList();
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
                return;
            foreach (var kind in watched.SelectMany(pair => pair.Kinds).DistinctBy(kind => kind.GroupResource).Where(kind => _followed.Add(kind.GroupResource)).ToList())
            {
                var listeners = watched.Where(pair => pair.Kinds.Any(other => other.GroupResource == kind.GroupResource)).Select(pair => pair.Loop).ToList();
                _watches.Add(WatchAsync(kind, listeners, TellAll(kind, listeners)));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] watches;
        lock (_gate)
            watches = [.. _watches];
        await Task.WhenAll(watches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WatchAsync(Kind kind, List<ControllerLoop> listeners, long since)
    {
        await Task.Yield();
        // The API server itself waits for a new namespace's account (serviceaccount admission): nobody sees how long that takes.
        var slack = kind is { Name: "Namespace", Group: "" } ? TimeSpan.Zero : latency;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in store.WatchAsync(kind, null, since, _stop.Token))
                {
                    since = change.ResourceVersion;
                    var early = change.ByController ? TimeSpan.Zero : slack - store.Time.GetElapsedTime(change.At);
                    if (early > TimeSpan.Zero)
                        await Task.Delay(early, store.Time, _stop.Token);
                    await _open.Task.WaitAsync(_stop.Token);
                    foreach (var loop in listeners)
                        loop.Enqueue(change);
                    _told[kind] = since;
                }
            }
            catch (ApiStatusException)
            {
                // The log has moved past us: begin with what is there now.
            }

            since = TellAll(kind, listeners);
        }
    }

    private long TellAll(Kind kind, List<ControllerLoop> listeners)
    {
        var list = store.List(kind);
        foreach (var loop in listeners)
        {
            foreach (var item in list.Items)
                loop.Enqueue(new Change(null, item, false));
        }

        _told[kind] = list.ResourceVersion;
        return list.ResourceVersion;
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
