using System.Collections.Concurrent;
using System.Management.Automation;
using WholeTale.Core;

namespace WholeTale.PowerShell.Pipelines;

/// <summary>What asynchronous work may say and ask: each call is queued and done on the pipeline thread, in order.</summary>
public sealed class Pipeline : IDisposable
{
    private readonly BlockingCollection<Action> queue = [];
    private readonly AsyncCommand command;
    private readonly ProgressTree progress = new();
    private volatile bool refused;

    internal Pipeline(AsyncCommand command)
    {
        this.command = command;
        Report = new ReportSink(Tell);
    }

    /// <summary>Where Core's operations report to: progress, warnings and verbose lines.</summary>
    public IProgress<Report> Report { get; }

    /// <summary>Writes an object.</summary>
    public void WriteObject(object? value) => Post(() => command.WriteObject(value));

    /// <summary>Writes a warning.</summary>
    public void WriteWarning(string message) => Post(() => command.WriteWarning(message));

    /// <summary>Writes an error; the pipeline goes on.</summary>
    public void WriteError(WholeTaleException exception) => Post(() => command.WriteError(Errors.From(exception)));

    /// <summary>Asks for confirmation as -WhatIf and -Confirm want it.</summary>
    /// <param name="target">What is changed.</param>
    /// <param name="action">What is done to it.</param>
    public bool ShouldProcess(string target, string action) => Ask(() => command.ShouldProcess(target, action));

    /// <inheritdoc/>
    public void Dispose() => queue.Dispose();

    /// <summary>Nothing more comes.</summary>
    internal void Complete()
    {
        try
        {
            queue.CompleteAdding();
        }
        catch (ObjectDisposedException)
        {
            // The pipeline went away first.
        }
    }

    /// <summary>Nothing more is wanted: late calls end the work.</summary>
    internal void Refuse() => refused = true;

    /// <summary>Does what is queued until nothing more comes, or for a moment after a stop.</summary>
    internal void Drain(TimeSpan patience, CancellationToken stop)
    {
        while (!queue.IsCompleted)
        {
            Action? action;
            try
            {
                if (!stop.IsCancellationRequested)
                {
                    if (!queue.TryTake(out action, Timeout.Infinite, stop))
                        continue;
                }
                else if (!queue.TryTake(out action, patience))
                {
                    if (queue.IsCompleted)
                        return;
                    Refuse();
                    throw new PipelineStoppedException();
                }
            }
            catch (OperationCanceledException)
            {
                continue;
            }

            action();
        }

    }

    private void Tell(Report report)
    {
        switch (report)
        {
            case VerboseReport verbose:
                Post(() => command.WriteVerbose(verbose.Message));
                break;
            case WarningReport warning:
                Post(() => command.WriteWarning(warning.Message));
                break;
            case ProgressReport step:
                Post(() =>
                {
                    foreach (var record in progress.Records(step))
                        command.WriteProgress(record);
                });
                break;
        }
    }

    private void Post(Action action)
    {
        if (refused)
            throw new OperationCanceledException("The pipeline has stopped.");
        try
        {
            queue.Add(action);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ObjectDisposedException)
        {
            throw new OperationCanceledException("The pipeline has stopped.", exception);
        }
    }

    private T Ask<T>(Func<T> question)
    {
        // The asking thread is the work's own: it may wait, the pipeline thread answers.
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                answer.SetResult(question());
            }
            catch (Exception exception)
            {
                answer.SetException(exception);
                throw;
            }
        });
        return answer.Task.GetAwaiter().GetResult();
    }
}
