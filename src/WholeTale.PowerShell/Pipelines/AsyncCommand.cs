using System.Diagnostics;
using System.Management.Automation;
using System.Reflection;
using WholeTale.Core;

namespace WholeTale.PowerShell.Pipelines;

/// <summary>
/// A cmdlet whose work is asynchronous. The work runs off the pipeline thread; everything it writes or asks is queued and done on the pipeline
/// thread, the only one on which PowerShell allows it. Stopping cancels the work and returns within a second.
/// </summary>
public abstract class AsyncCommand : PSCmdlet, IDisposable
{
    /// <summary>How long stopped work may take to end by itself.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromMilliseconds(600);

    private readonly CancellationTokenSource stop = new();
    private Pipeline? pipeline;
    private volatile bool stopping;
    private long stopped;

    /// <summary>Whether ShouldProcess will say yes without asking, as about_Preference_Variables describes it. Asked on the pipeline thread.</summary>
    internal bool IsDecided
    {
        get
        {
            if (IsWhatIf)
                return false;
            var impact = GetType().GetCustomAttribute<CmdletAttribute>()!.ConfirmImpact;
            return Given("Confirm") is { } asks
                ? !asks
                : LanguagePrimitives.TryConvertTo<ConfirmImpact>(GetVariableValue("ConfirmPreference"), out var least) && (least == ConfirmImpact.None || least > impact);
        }
    }

    /// <summary>Whether ShouldProcess will tell what it is about, and not only ask. Asked on the pipeline thread.</summary>
    internal bool Describes => IsWhatIf || IsVerbose;

    /// <summary>Whether somebody may see verbose lines. Asked on the pipeline thread.</summary>
    internal bool IsVerbose => Given("Verbose") ?? GetVariableValue("VerbosePreference") is not ActionPreference.SilentlyContinue;

    /// <summary>Whether somebody may see progress. Asked on the pipeline thread.</summary>
    internal bool ShowsProgress =>
        (MyInvocation.BoundParameters.GetValueOrDefault("ProgressAction") ?? GetVariableValue("ProgressPreference")) is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    /// <summary>Whether the host is pwsh's own and its output goes to a file or a pipe: it shows no progress then, and what is written to it is a log. Asked on the pipeline thread.</summary>
    internal bool IsLogged => Host.Name == "ConsoleHost" && Console.IsOutputRedirected;

    /// <summary>Whether nothing but what would be done is asked for. Asked on the pipeline thread.</summary>
    internal bool IsWhatIf => Given("WhatIf") ?? LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <summary>Ends what the command still holds. PowerShell calls it whatever happened, unlike EndProcessing.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Work before the first record. What fails here fails for all records: the error is terminating.</summary>
    protected virtual Task BeginProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Work for each record. What fails here leaves the other records alone: the error is not terminating.</summary>
    protected virtual Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Work after the last record. Nothing comes after it, so what fails here is terminating.</summary>
    protected virtual Task EndProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        pipeline = new Pipeline(this);
        Run(BeginProcessingAsync, ThrowTerminatingError);
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(ProcessRecordAsync, WriteError);

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        Run(EndProcessingAsync, ThrowTerminatingError);
        pipeline!.Refuse();
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        Interlocked.CompareExchange(ref stopped, Stopwatch.GetTimestamp(), 0);
        stopping = true;
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command has just ended by itself.
        }
    }

    /// <summary>Ends what the command still holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        pipeline?.Dispose();
        stop.Dispose();
    }

    private bool? Given(string name) => MyInvocation.BoundParameters.TryGetValue(name, out var value) ? LanguagePrimitives.IsTrue(value) : null;

    private void Run(Func<Pipeline, CancellationToken, Task> work, Action<ErrorRecord> fail)
    {
        // The work begins on another thread: the pipeline's own must stay free for what it writes.
        var running = Task.Run(() => work(pipeline!, stop.Token), CancellationToken.None);
        try
        {
            pipeline!.Drain(running, StopPatience, stop.Token);
        }
        catch
        {
            // Whoever reads our output has had enough, an error preference ended the pipeline, or it was stopped: the work ends too.
            pipeline!.Refuse();
            Interlocked.CompareExchange(ref stopped, Stopwatch.GetTimestamp(), 0);
            stop.Cancel();
            Wait(running, StopPatience - Stopwatch.GetElapsedTime(stopped));
            throw;
        }

        try
        {
            running.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stopping)
        {
            throw new PipelineStoppedException();
        }
        catch (WholeTaleException exception)
        {
            // The nearest cause comes first: where an error ends the pipeline, that one does.
            fail(Errors.From(exception));
            foreach (var other in exception.Further)
                WriteError(Errors.From(other));
        }
        catch (Exception exception) when (Errors.From(exception) is { } record)
        {
            fail(record);
        }
    }

    private static void Wait(Task running, TimeSpan patience)
    {
        try
        {
            running.Wait(patience > TimeSpan.Zero ? patience : TimeSpan.Zero);
        }
        catch (AggregateException)
        {
            // What stopped us is told instead.
        }
    }
}
