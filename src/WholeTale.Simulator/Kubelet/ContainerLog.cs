namespace WholeTale.Simulator.Kubelet;

/// <summary>What one run of a container has written; a reader can wait for more.</summary>
internal sealed class ContainerLog(TimeProvider time)
{
    private const int Kept = 10_000;

    private readonly List<LogLine> _lines = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _grown = NewSignal();
    private long _dropped;

    /// <summary>Whether the container has ended and nothing more will come.</summary>
    public bool IsClosed { get; private set; }

    public void Write(string text)
    {
        lock (_gate)
        {
            foreach (var line in text.TrimEnd('\n').Split('\n'))
                _lines.Add(new LogLine(time.GetUtcNow(), line));
            if (_lines.Count > Kept)
            {
                _dropped += _lines.Count - Kept;
                _lines.RemoveRange(0, _lines.Count - Kept);
            }

            Signal();
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            IsClosed = true;
            Signal();
        }
    }

    /// <summary>The lines from a place on, and the place after them.</summary>
    public (IReadOnlyList<LogLine> Lines, long Next) Read(long from)
    {
        lock (_gate)
        {
            var skip = (int)Math.Clamp(from - _dropped, 0, _lines.Count);
            return (_lines[skip..], _dropped + _lines.Count);
        }
    }

    /// <summary>Waits until there is more after a place, or the end.</summary>
    /// <returns>Whether there may be more.</returns>
    public async Task<bool> WaitAsync(long from, CancellationToken cancellationToken)
    {
        Task grown;
        lock (_gate)
        {
            if (_dropped + _lines.Count > from)
                return true;
            if (IsClosed)
                return false;
            grown = _grown.Task;
        }

        await grown.WaitAsync(cancellationToken);
        return true;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        _grown.SetResult();
        _grown = NewSignal();
    }
}
