using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Deletes what a removal found: stage by stage, and the records when all else is gone.</summary>
internal sealed class RemovalRun(ApiClient client, NamespaceWatch watch, IReadOnlyList<RemovalStage> stages, DeploySettings settings, string activity, IProgress<Report> progress) : IDisposable
{
    private readonly SemaphoreSlim room = new(settings.Parallelism);
    private int ended;

    /// <summary>Deletes everything but the records, and waits until it is gone.</summary>
    internal async Task DeleteObjectsAsync(CancellationToken cancellationToken)
    {
        watch.Watch(stages.SelectMany(stage => stage.Objects).Select(planned => planned.Reference.Type).Where(ResourceTypes.Lingers).Distinct());
        var stopped = new Dictionary<string, Task>(StringComparer.Ordinal);
        var gone = new List<Task>();
        foreach (var stage in stages.Where(stage => !stage.IsRecord))
        {
            // Each waits for the pods alone that need it, not for what they leave behind.
            var stopping = StopAsync(stage, Task.WhenAll(stage.After.Select(name => stopped[name])), cancellationToken);
            stopped[stage.Name] = stopping;
            gone.Add(VanishAsync(stage, stopping, cancellationToken));
        }

        await Task.WhenAll(gone);
    }

    /// <summary>Deletes the records.</summary>
    internal Task DeleteRecordsAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(stages.Where(stage => stage.IsRecord).Select(stage => VanishAsync(stage, StopAsync(stage, Task.CompletedTask, cancellationToken), cancellationToken)));

    public void Dispose() => room.Dispose();

    private async Task StopAsync(RemovalStage stage, Task before, CancellationToken cancellationToken)
    {
        await before;
        Tell(stage, $"deleting {Counted.Of(stage.Objects.Count, "object")}");
        await Task.WhenAll(stage.Objects.Select(planned => DeleteAsync(planned, cancellationToken)));
        await WaitAsync(stage, stage.Running, cancellationToken);
    }

    private async Task VanishAsync(RemovalStage stage, Task stopping, CancellationToken cancellationToken)
    {
        await stopping;
        await WaitAsync(stage, stage.Objects, cancellationToken);
        Interlocked.Increment(ref ended);
        progress.Report(new ProgressReport(activity, stage.Name, "gone", 100, Completed: true));
    }

    private async Task DeleteAsync(PlannedObject planned, CancellationToken cancellationToken)
    {
        await room.WaitAsync(cancellationToken);
        try
        {
            var type = planned.Reference.Type;
            if (await client.DeleteAsync(planned.Reference, ResourceTypes.PropagationOf(type), planned.Manifest.Uid(), cancellationToken) == Deletion.Begun)
                watch.Watch([type]);
            else
                watch.Live.Remove(type, planned.Manifest);
        }
        finally
        {
            room.Release();
        }
    }

    private Task WaitAsync(RemovalStage stage, IReadOnlyList<PlannedObject> objects, CancellationToken cancellationToken) =>
        new Disappearance(watch.Live, settings.ComponentTimeout, TimeProvider.System).WaitAsync(objects, what => Tell(stage, what), cancellationToken);

    private void Tell(RemovalStage stage, string what) => progress.Report(new ProgressReport(activity, stage.Name, what, 100 * Volatile.Read(ref ended) / stages.Count));
}
