using Google.Cloud.Container.V1;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Gke.Access;
using WholeTale.Gke.Failures;

namespace WholeTale.Gke.Operations;

/// <summary>Follows an operation at Google to its end, with its own stages as progress. An operation outlives whoever follows it.</summary>
internal sealed class OperationFollower(GkeSession session, IProgress<Report> progress)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Waits until it is done.</summary>
    /// <param name="path">The cluster that it works on.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="doing">What it does, as the beginning of a sentence: <c>Creating the cluster x</c>.</param>
    /// <param name="cancellationToken">Stops the waiting; the operation goes on.</param>
    /// <exception cref="ClusterException">It failed, was cancelled, or took longer than Gke.OperationTimeout.</exception>
    internal async Task WaitAsync(ClusterPath path, Operation operation, string doing, CancellationToken cancellationToken)
    {
        var limit = session.Settings.Settings.Gke.OperationTimeout;
        var started = session.Time.GetTimestamp();
        var pause = FirstPause;
        while (operation.Status != Operation.Types.Status.Done)
        {
            progress.Report(new ProgressReport(doing, "", Describe(operation), OperationProgressReader.Percent(operation)));
            if (session.Time.GetElapsedTime(started) > limit)
                throw TimedOut(path, operation, doing, limit);
            await Task.Delay(pause, session.Time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            operation = await AskAsync(path, operation, doing, started, limit, cancellationToken);
        }

        if (operation.Error is { Code: not 0 } error)
            throw GoogleFailure.Explain(error, path.Name, doing);
        // Before errors were typed there was the text alone, and it is kept for old callers.
        if (operation.Error is null && operation.StatusMessage.Length > 0)
            throw GoogleFailure.Explain(new Google.Rpc.Status { Code = (int)Google.Rpc.Code.FailedPrecondition, Message = operation.StatusMessage }, path.Name, doing);
        progress.Report(new ProgressReport(doing, "", "done", 100, Completed: true));
    }

    /// <summary>The operation of some kind that is under way on a cluster; null where there is none.</summary>
    internal async Task<Operation?> FindAsync(ClusterPath path, CancellationToken cancellationToken, params Operation.Types.Type[] types)
    {
        var all = await session.Api.SendAsync(
            (client, token) => client.ListOperationsAsync(new ListOperationsRequest { Parent = path.Parent }, token), path.Name, $"Looking for operations on {path.Name}", cancellationToken);
        return all.Operations
            .Where(operation => operation.Status != Operation.Types.Status.Done && path.IsTarget(operation.TargetLink) && (types.Length == 0 || types.Contains(operation.OperationType)))
            .OrderByDescending(operation => operation.StartTime, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    // The line to Google may be down for longer than one request's patience; the operation goes on meanwhile.
    private async Task<Operation> AskAsync(ClusterPath path, Operation operation, string doing, long started, TimeSpan limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await session.Api.SendAsync(
                    (client, token) => client.GetOperationAsync(new GetOperationRequest { Name = path.Operation(operation.Name) }, token), path.Name, doing, cancellationToken);
            }
            catch (ClusterException exception) when (exception.Kind == FailureKind.Unreachable && session.Time.GetElapsedTime(started) < limit)
            {
                progress.Report(new VerboseReport($"{exception.Message} The operation {operation.Name} goes on; asking again."));
                progress.Report(new ProgressReport(doing, "", "Google does not answer; asking again"));
                await Task.Delay(LongestPause, session.Time, cancellationToken);
            }
        }
    }

    private static string Describe(Operation operation) => operation.Status switch
    {
        Operation.Types.Status.Pending => "waiting for Google to begin",
        Operation.Types.Status.Aborting => "being cancelled",
        _ => OperationProgressReader.Stage(operation) ?? (operation.Detail.Length > 0 ? operation.Detail : "under way"),
    };

    private static ClusterException TimedOut(ClusterPath path, Operation operation, string doing, TimeSpan limit) => new(
        "GkeOperationTimedOut", FailureKind.TimedOut, path.Name, $"{doing} is not done after {limit.TotalMinutes:0.#} minutes: the operation {operation.Name} is still {operation.Status.ToString().ToUpperInvariant()} ({Describe(operation)}).",
        "It goes on at Google. Run this again to wait on, or look at it with 'gcloud container operations describe'; a longer wait is the setting Gke.OperationTimeout.");
}
