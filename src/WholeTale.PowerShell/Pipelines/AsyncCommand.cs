using System.Management.Automation;
using WholeTale.Core;

namespace WholeTale.PowerShell.Pipelines;

/// <summary>
/// A cmdlet whose work is asynchronous. The work runs off the pipeline thread; everything it writes or asks is queued and done on the pipeline
/// thread, the only one on which PowerShell allows it. Stopping cancels the work and returns within a second.
/// </summary>
public abstract class AsyncCommand : PSCmdlet, IDisposable
{
    /// <summary>How long stopped work may take to end by itself.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromMilliseconds(900);

    private readonly CancellationTokenSource stop = new();

    /// <summary>Ends what the command still holds. PowerShell calls it whatever happened, unlike EndProcessing.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Work before the first record.</summary>
    protected virtual Task BeginProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Work for each record.</summary>
    protected virtual Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Work after the last record.</summary>
    protected virtual Task EndProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Run(BeginProcessingAsync);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(ProcessRecordAsync);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Run(EndProcessingAsync);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => stop.Cancel();

    /// <summary>Ends what the command still holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            stop.Dispose();
    }

    private void Run(Func<Pipeline, CancellationToken, Task> work)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        using var pipeline = new Pipeline(this);
        // The work begins on another thread: the pipeline's own must stay free for what it writes.
        var running = Task.Run(() => work(pipeline, cancel.Token), CancellationToken.None);
        _ = running.ContinueWith(_ => pipeline.Complete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            pipeline.Drain(StopPatience, stop.Token);
        }
        catch
        {
            // Whoever reads our output has had enough, or an error preference ended the pipeline: the work ends too.
            cancel.Cancel();
            pipeline.Refuse();
            running.ContinueWith(_ => { }, TaskScheduler.Default).Wait(StopPatience);
            throw;
        }

        try
        {
            running.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (WholeTaleException exception)
        {
            WriteError(Errors.From(exception));
        }
    }
}
