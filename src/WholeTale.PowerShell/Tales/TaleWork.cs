using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Tales;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Tales;

/// <summary>Work on many tales side by side, within one command: it begins with each record and is waited for after the last.</summary>
internal sealed class TaleWork(int limit) : IDisposable
{
    /// <summary>How long a stopped command waits for the removal of what it had half made.</summary>
    private static readonly TimeSpan TidyPatience = TimeSpan.FromMilliseconds(300);

    private readonly SemaphoreSlim room = new(limit);
    private readonly Dictionary<Uri, TalePods> pods = [];
    private readonly List<Task> running = [];

    /// <summary>The tales of a cluster; one watch serves all of them.</summary>
    internal TalePods On(Cluster cluster, Pipeline pipeline)
    {
        var key = cluster.Connection!.Endpoint;
        if (!pods.TryGetValue(key, out var found))
            pods[key] = found = new TalePods(cluster, pipeline.Report);
        return found;
    }

    /// <summary>Begins a piece of work, once there is room. Its failure is an error of its own and leaves the others alone.</summary>
    internal async Task StartAsync(Func<Task> work, Pipeline pipeline, CancellationToken cancellationToken)
    {
        await room.WaitAsync(cancellationToken);
        running.RemoveAll(task => task.IsCompletedSuccessfully);
        running.Add(RunAsync(work, pipeline));
    }

    /// <summary>Waits for all.</summary>
    internal async Task FinishAsync()
    {
        await Task.WhenAll(running);
        foreach (var each in pods.Values)
            await each.DisposeAsync();
        pods.Clear();
    }

    /// <summary>Ends what is left after a stop: cancelled launches remove what they had made.</summary>
    public void Dispose()
    {
        try
        {
            Task.WhenAll(running).Wait(TidyPatience);
        }
        catch (AggregateException)
        {
            // They were stopped, which is what they say.
        }
    }

    private async Task RunAsync(Func<Task> work, Pipeline pipeline)
    {
        try
        {
            await work();
        }
        catch (WholeTaleException exception)
        {
            pipeline.WriteError(exception);
        }
        finally
        {
            room.Release();
        }
    }
}
