namespace WholeTale.PowerShell.Pipelines;

/// <summary>
/// Hands actions from any thread to one that waits for them, in order; null stands for the end of some work. Nobody spins, and what can wait for a moment wakes nobody: on a machine of few processors
/// both take the time from the work waited for.
/// </summary>
internal sealed class ActionQueue
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    private readonly object gate = new();
    private readonly Queue<Action?> actions = new();
    private bool isWoken;

    /// <summary>Adds an action, or the end.</summary>
    /// <param name="action">The action; null for the end.</param>
    /// <param name="canWait">Whether it is soon enough when something else comes, or in a twentieth of a second.</param>
    internal void Add(Action? action, bool canWait = false)
    {
        lock (gate)
        {
            actions.Enqueue(action);
            if (!canWait)
                Monitor.Pulse(gate);
        }
    }

    /// <summary>Has whoever waits, or is about to, look up once.</summary>
    internal void Wake()
    {
        lock (gate)
        {
            isWoken = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Takes what comes next; false where nothing has come until it was woken or out of patience.</summary>
    internal bool TryTake(TimeSpan patience, out Action? action)
    {
        lock (gate)
        {
            while (actions.Count == 0 && !isWoken && patience > TimeSpan.Zero)
            {
                var slice = patience < Moment ? patience : Moment;
                Monitor.Wait(gate, slice);
                patience -= slice;
            }

            isWoken = false;
            return actions.TryDequeue(out action);
        }
    }
}
