using WholeTale.Simulator.Api;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Tells all control loops of changes, in their order, by one watch a kind however many loops look at it (as a shared informer does).</summary>
internal sealed class ChangeFeed(ObjectStore store, TimeSpan latency, IReadOnlyList<ControllerLoop> loops) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _watches = [];

    /// <summary>Tells what is there, and from then on what changes.</summary>
    public void Start()
    {
        foreach (var kind in loops.SelectMany(loop => loop.Watched).Distinct())
        {
            var listeners = loops.Where(loop => loop.Watched.Contains(kind)).ToList();
            var since = TellAll(kind, listeners);
            _watches.Add(WatchAsync(kind, listeners, since));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_watches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WatchAsync(Kind kind, List<ControllerLoop> listeners, long since)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in store.WatchAsync(kind, null, since, _stop.Token))
                {
                    since = change.ResourceVersion;
                    if (latency > TimeSpan.Zero)
                        await Task.Delay(latency, store.Time, _stop.Token);
                    foreach (var loop in listeners)
                        loop.Enqueue(change);
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

        return list.ResourceVersion;
    }
}
