using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>What happened when in one run: for its log file, and for the page that shows it. Holds no values of Secrets.</summary>
internal sealed class Journal(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly List<Stage> stages = [];
    private readonly List<Write> writes = [];
    private readonly List<Request> failed = [];
    private readonly List<string> warnings = [];
    private int requests;

    /// <summary>A component's state from some moment on.</summary>
    internal sealed record Stage(DateTimeOffset At, string Component, ComponentStatus Status, string Message);

    /// <summary>An object that was applied or deleted.</summary>
    internal sealed record Write(string Component, ObjectReference Object, DateTimeOffset Began, DateTimeOffset Ended, AppliedResult Result);

    /// <summary>A request that did not get through, and was sent again where that made sense.</summary>
    internal sealed record Request(DateTimeOffset Ended, RequestReport Report);

    internal DateTimeOffset Began { get; } = time.GetUtcNow();

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Where lines go too.</summary>
    internal DeployLog Log { get; set; } = DeployLog.None;

    /// <summary>How the run left the platform; null while it has not ended.</summary>
    internal Deployment? Outcome { get; set; }

    /// <summary>Why the run ended without an outcome; null where it has one, or where the caller stopped it.</summary>
    internal WholeTaleException? Cause { get; private set; }

    internal IReadOnlyList<Stage> Stages => Copy(stages);

    internal IReadOnlyList<Write> Writes => Copy(writes);

    internal IReadOnlyList<Request> FailedRequests => Copy(failed);

    internal IReadOnlyList<string> Warnings => Copy(warnings);

    internal int Requests => requests;

    /// <summary>Passes reports on and takes note of them; the same warning is told once.</summary>
    internal IProgress<Report> Over(IProgress<Report> inner) => new ReportSink(report =>
    {
        if (Note(report))
            inner.Report(report);
    });

    internal void Enter(string component, ComponentStatus status, string message)
    {
        Log.Write("component", component, status.ToString(), message);
        lock (gate)
            stages.Add(new Stage(Now, component, status, message));
    }

    internal void Wrote(PlannedObject planned, DateTimeOffset began, AppliedResult result)
    {
        Log.Write(result == AppliedResult.Pruned ? "pruned" : "applied", planned.Component, planned.Reference.ToString(), result.ToString());
        lock (gate)
            writes.Add(new Write(planned.Component, planned.Reference, began, Now, result));
    }

    /// <summary>Takes note of a run that ends without an outcome: it could not begin, lost its lease, or was stopped by the caller.</summary>
    internal void Stop(string cluster, Exception exception)
    {
        Cause = exception as WholeTaleException;
        if (Cause is not null)
            Log.Write("error", "", cluster, Cause.Message);
        Log.Write("deploy", "", cluster, exception is OperationCanceledException ? "stopped" : "failed");
    }

    private bool Note(Report report)
    {
        switch (report)
        {
            case WarningReport warning:
                lock (gate)
                {
                    if (warnings.Contains(warning.Message))
                        return false;
                    warnings.Add(warning.Message);
                }

                Log.Write("warning", "", "", warning.Message);
                break;
            case RequestReport request:
                Interlocked.Increment(ref requests);
                Log.Write("request", "", $"{request.Method} {request.Path}", $"{request.Outcome}, {request.Elapsed.TotalMilliseconds:0} ms");
                if (request.IsFailed)
                {
                    lock (gate)
                        failed.Add(new Request(Now, request));
                }

                break;
        }

        return true;
    }

    private List<T> Copy<T>(List<T> list)
    {
        lock (gate)
            return [.. list];
    }
}
