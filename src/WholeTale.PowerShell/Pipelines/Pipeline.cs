using System.Diagnostics;
using System.Management.Automation;
using WholeTale.Core;

namespace WholeTale.PowerShell.Pipelines;

/// <summary>What asynchronous work may say and ask: each call is queued and done on the pipeline thread, in order.</summary>
public sealed class Pipeline : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ActionQueue queue = new();
    private readonly CancellationTokenSource refused = new();
    private readonly AsyncCommand command;
    private readonly ProgressTree progress = new();
    private readonly bool isVerbose;
    private readonly bool showsProgress;
    private readonly bool isLogged;

    internal Pipeline(AsyncCommand command)
    {
        this.command = command;
        isVerbose = command.IsVerbose;
        showsProgress = command.ShowsProgress;
        isLogged = command.IsLogged;
        Report = new ReportSink(Tell);
    }

    /// <summary>Where Core's operations report to: progress, warnings and verbose lines.</summary>
    public IProgress<Report> Report { get; }

    /// <summary>Writes an object.</summary>
    public void WriteObject(object? value) => Post(() => command.WriteObject(value));

    /// <summary>Writes a warning.</summary>
    public void WriteWarning(string message) => Post(() => command.WriteWarning(message));

    /// <summary>Writes a line for <c>-Verbose</c>.</summary>
    public void WriteVerbose(string message) => Post(() => command.WriteVerbose(message), canWait: true);

    /// <summary>Sets <c>$LASTEXITCODE</c>, as a program's end does.</summary>
    public void SetExitCode(int code) => Post(() => command.SessionState.PSVariable.Set("global:LASTEXITCODE", code));

    /// <summary>Writes an error; the pipeline goes on.</summary>
    public void WriteError(WholeTaleException exception) => Post(() => command.WriteError(Errors.From(exception)));

    /// <summary>Asks for confirmation as -WhatIf and -Confirm want it.</summary>
    /// <param name="target">What is changed.</param>
    /// <param name="action">What is done to it.</param>
    public bool ShouldProcess(string target, string action) => Ask(() => command.ShouldProcess(target, action));

    /// <summary>Asks for confirmation as -WhatIf and -Confirm want it: the first tells all, the second asks in a line.</summary>
    /// <param name="target">What is changed.</param>
    /// <param name="action">What is done to it.</param>
    /// <param name="describe">Gives the same in as many lines as it takes, for -WhatIf and -Verbose.</param>
    public bool ShouldProcess(string target, string action, Func<string> describe) =>
        Ask(() => command.ShouldProcess($"{(command.Describes ? describe() : action)}{Environment.NewLine}  on {target}", $"{action} on {target}?", "Confirm"));

    /// <summary>Whether <see cref="ShouldProcess(string, string)"/> will say yes without asking.</summary>
    public bool IsDecided => Ask(() => command.IsDecided);

    /// <summary>Whether nothing but what would be done is asked for.</summary>
    public bool IsWhatIf => Ask(() => command.IsWhatIf);

    /// <summary>The file system path that a user's path means, from PowerShell's own current location.</summary>
    public string ResolvePath(string path) => Ask(() => command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path));

    /// <summary>The files that a path with wildcards means; none where nothing matches.</summary>
    public IReadOnlyList<string> ResolveWildcards(string path) => Ask<IReadOnlyList<string>>(() =>
    {
        try
        {
            return [.. command.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _)];
        }
        catch (ItemNotFoundException)
        {
            return [];
        }
    });

    /// <summary>PowerShell's current folder, which need not be the process's.</summary>
    public string CurrentFolder => Ask(() => command.SessionState.Path.CurrentFileSystemLocation.ProviderPath);

    /// <inheritdoc/>
    public void Dispose()
    {
        Refuse();
        refused.Dispose();
    }

    /// <summary>Nothing more is wanted: late calls end the work.</summary>
    internal void Refuse() => refused.Cancel();

    /// <summary>Does what is queued until the work has ended and all is done, or for a moment after a stop.</summary>
    internal void Drain(Task running, TimeSpan patience, CancellationToken stop)
    {
        _ = running.ContinueWith(_ => queue.Add(null), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        using var stopping = stop.Register(queue.Wake);
        long stopped = 0;
        while (true)
        {
            var isStopped = stop.IsCancellationRequested;
            if (isStopped && stopped == 0)
                stopped = Stopwatch.GetTimestamp();
            var rest = isStopped ? patience - Stopwatch.GetElapsedTime(stopped) : Second;
            if (rest <= TimeSpan.Zero)
                throw new PipelineStoppedException();
            if (!queue.TryTake(rest, out var action))
            {
                if (!stop.IsCancellationRequested)
                    Age();
                continue;
            }

            if (action is null)
                break;
            action();
        }

        // Work that broke off leaves its bars behind.
        foreach (var record in progress.Unfinished(running))
            command.WriteProgress(record);
    }

    // Who waits sees that time goes on.
    private void Age()
    {
        foreach (var record in progress.Aged())
            command.WriteProgress(record);
    }

    private void Tell(Report report)
    {
        // Work that tidies up after a stop reports too, and must not be broken off by that.
        if (refused.IsCancellationRequested)
            return;
        switch (report)
        {
            case VerboseReport verbose when isVerbose:
                WriteVerbose(verbose.Message);
                break;
            case WarningReport warning:
                WriteWarning(warning.Message);
                break;
            case MilestoneReport milestone:
                Post(() => command.WriteInformation(Record(milestone)));
                break;
            case ProgressReport step when showsProgress:
                Post(() =>
                {
                    foreach (var record in progress.Records(step))
                        command.WriteProgress(record);
                }, canWait: true);
                break;
        }
    }

    // Where nobody sees progress, milestones are seen by default: this is the form in which Write-Host's lines reach the host (about_Output_Streams).
    private InformationRecord Record(MilestoneReport milestone)
    {
        var source = command.MyInvocation.MyCommand.Name;
        if (!isLogged)
            return new InformationRecord(milestone.Message, source);
        var record = new InformationRecord(new HostInformationMessage { Message = milestone.Message }, source);
        record.Tags.Add("PSHOST");
        return record;
    }

    private void Post(Action action, bool canWait = false)
    {
        try
        {
            refused.Token.ThrowIfCancellationRequested();
            queue.Add(action, canWait);
        }
        catch (ObjectDisposedException exception)
        {
            throw new OperationCanceledException("The pipeline has ended.", exception);
        }
    }

    private T Ask<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = refused.Token;
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
        // The asking thread is the work's own, so it may wait: the pipeline thread answers, or the pipeline ends.
        return answer.Task.WaitAsync(ended).GetAwaiter().GetResult();
    }
}
