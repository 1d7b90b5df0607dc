using System.Threading.Channels;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Runs one controller: a queue of keys without doubles, fed by changes and by the clock.</summary>
internal sealed class ControllerLoop(IController controller, ObjectStore store, Action<string> complain) : IAsyncDisposable
{
    private readonly Channel<ObjectKey> _queue = Channel.CreateUnbounded<ObjectKey>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HashSet<ObjectKey> _waiting = [];
    private readonly Dictionary<ObjectKey, ITimer> _timers = [];
    private readonly Dictionary<ObjectKey, int> _failures = [];
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;
    private bool _working;

    /// <summary>Whether it has nothing to do until something changes or its time comes.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
                return !_working && _waiting.Count == 0;
        }
    }

    /// <summary>The kinds whose changes concern it.</summary>
    public IReadOnlyList<Kind> Watched => controller.Watched;

    /// <summary>Does what there is to do at once, so that a cluster that has started is complete, and then what comes.</summary>
    public void Start() => _work = WorkAsync();

    /// <summary>Tells of a change.</summary>
    public void Enqueue(Change change)
    {
        try
        {
            foreach (var key in controller.Concerns(change))
                Enqueue(key);
        }
        catch (Exception exception)
        {
            // The feed serves all loops: one that stumbles over a change must not end it, and sees the object itself at least.
            complain($"{controller.GetType().Name} {change.New}: {exception}");
            Enqueue(change.New.Key);
        }
    }

    /// <summary>Looks at everything again, as after a change that no watch tells of.</summary>
    public void Resync()
    {
        foreach (var item in controller.Watched.SelectMany(kind => store.List(kind).Items))
            Enqueue(new Change(null, item, false));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            foreach (var timer in _timers.Values)
                timer.Dispose();
            _timers.Clear();
        }

        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (var key in _queue.Reader.ReadAllAsync(_stop.Token))
        {
            lock (_gate)
            {
                _waiting.Remove(key);
                _working = true;
            }

            try
            {
                var next = Origin.AsController(() => controller.Reconcile(key));
                _failures.Remove(key);
                if (next is { } delay)
                    Later(key, delay);
            }
            catch (ApiStatusException exception)
            {
                // Refused, as a quota or a name taken meanwhile: a real controller backs off and tries again.
                complain($"{controller.GetType().Name} {key}: {exception.Message}");
                Later(key, TimeSpan.FromSeconds(1));
            }
            catch (Exception exception) when (!_stop.IsCancellationRequested)
            {
                // One bad object must not stop the loop for all others, nor be forgotten: no change may come that brings it back.
                complain($"{controller.GetType().Name} {key}: {exception}");
                Later(key, Backoff(key));
            }
            finally
            {
                lock (_gate)
                    _working = false;
            }
        }
    }

    // As client-go's rate limiter: twice as long each time, and a minute at most.
    private TimeSpan Backoff(ObjectKey key)
    {
        var failures = _failures[key] = _failures.GetValueOrDefault(key) + 1;
        return TimeSpan.FromSeconds(Math.Min(60, 0.1 * Math.Pow(2, Math.Min(failures, 10))));
    }

    private void Enqueue(ObjectKey key)
    {
        lock (_gate)
        {
            if (_waiting.Add(key))
                _queue.Writer.TryWrite(key);
        }
    }

    private void Later(ObjectKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Enqueue(key);
            return;
        }

        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
                return;
            if (_timers.Remove(key, out var old))
                old.Dispose();
            _timers[key] = store.Time.CreateTimer(_ => Enqueue(key), null, delay, Timeout.InfiniteTimeSpan);
        }
    }
}
