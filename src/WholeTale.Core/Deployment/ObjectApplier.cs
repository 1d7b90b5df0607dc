using System.Net;
using System.Text.Json.Nodes;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Deployment.Readiness;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Applies one object and finds out what that did, with at most one request where the server does not object.</summary>
internal sealed class ObjectApplier(DeployPlan plan, RunContext context, SemaphoreSlim room)
{
    private readonly ApiClient client = plan.Client;
    private readonly LiveObjects live = plan.Live;
    private readonly DeployOptions options = plan.Options;

    /// <param name="planned">The object.</param>
    /// <param name="tell">Is told what has to be waited for before it can be applied.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task<AppliedResult> ApplyAsync(PlannedObject planned, Action<string> tell, CancellationToken cancellationToken)
    {
        var before = live.Find(planned.Reference);
        if (plan.Holds(planned))
            return AppliedResult.Unchanged;
        if (before?.IsDeleting() == true)
        {
            // What an earlier removal has begun must end first: the server would take the new fields and delete them with the rest.
            await WaitUntilGoneAsync(planned with { Manifest = before }, tell, cancellationToken);
            before = null;
        }

        try
        {
            return await InRoomAsync(planned, "applied", token => SendAsync(planned, before, token), cancellationToken);
        }
        catch (ApiException exception) when (exception.StatusCode == HttpStatusCode.UnprocessableEntity && before is not null && Immutability.Concerns(exception))
        {
            if (!Immutability.MayRecreate(planned, exception, options))
                throw Immutability.Explain(planned, before, exception);
            context.Progress.Report(new VerboseReport($"{planned.Reference} is recreated: {exception.Message}"));
            if (await DeleteAsync(planned, before, cancellationToken) == Deletion.Begun)
                await WaitUntilGoneAsync(planned with { Manifest = before }, tell, cancellationToken);
            await InRoomAsync(planned, "applied", token => SendAsync(planned, null, token), cancellationToken);
            return AppliedResult.Recreated;
        }
        catch (ApiException exception) when (ConflictException.From(planned.Reference, exception) is { } conflict)
        {
            throw conflict;
        }
    }

    /// <summary>Deletes an object that the plan does not have any more; where it is to be waited for, until it is gone.</summary>
    internal async Task PruneAsync(PlannedObject planned, Action<string> tell, CancellationToken cancellationToken)
    {
        if (live.Find(planned.Reference) is { } item && await DeleteAsync(planned, item, cancellationToken) == Deletion.Begun && !options.NoWait)
            await WaitUntilGoneAsync(planned with { Manifest = item }, tell, cancellationToken);
    }

    /// <summary>Reads objects once more before they are given up: a watch may have stalled. True where that brought news; a server that does not answer has none.</summary>
    internal async Task<bool> RefreshAsync(IReadOnlyList<PlannedObject> objects, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(RunContext.LookPatience, plan.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var news = await Task.WhenAll(objects.Where(ReadinessRules.TakesTime).Select(IsNewsAsync));
        return news.Contains(true);

        async Task<bool> IsNewsAsync(PlannedObject planned)
        {
            try
            {
                if (await client.FindAsync(planned.Reference, either.Token) is not { } item || item.ResourceVersion() == live.Find(planned.Reference)?.ResourceVersion())
                    return false;
                live.Put(planned.Reference.Type, item);
                return true;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    /// <summary>Takes a pod away that is of an older form and keeps the new one from being made; false where that is not what is wrong.</summary>
    internal Task<bool> MakeWayAsync(Finding finding, CancellationToken cancellationToken) => ForcedRollback.TryAsync(finding, live, client, context.Progress, cancellationToken);

    /// <summary>Has pods that failed before the run tried anew.</summary>
    /// <param name="unchanged">The workloads that the run left as they were.</param>
    internal FreshAttempt TryAnew(IReadOnlyList<PlannedObject> unchanged) => new(unchanged, live, client, context.Progress);

    private Task<Deletion> DeleteAsync(PlannedObject planned, JsonObject item, CancellationToken cancellationToken) => InRoomAsync(
        planned, "deleted", token => client.DeleteAsync(planned.Reference, ResourceTypes.PropagationOf(planned.Reference.Type), item.Uid(), token), cancellationToken);

    // Something else may hold it: a pod on a node that is gone, a controller that does not run any more.
    private Task WaitUntilGoneAsync(PlannedObject seen, Action<string> tell, CancellationToken cancellationToken)
    {
        plan.Watch.Watch([seen.Reference.Type]);
        return new Disappearance(live, context.Patience, plan.Time).WaitAsync([seen], tell, cancellationToken);
    }

    private Task<T> InRoomAsync<T>(PlannedObject planned, string done, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) => context.Deadline.KeepAsync(
        async token =>
        {
            await room.WaitAsync(token);
            try
            {
                return await work(token);
            }
            finally
            {
                room.Release();
            }
        },
        () => new NotReadyException(Unanswered(planned, done)), cancellationToken);

    private Diagnosis Unanswered(PlannedObject planned, string done) => new()
    {
        Component = planned.Component,
        Object = planned.Reference.ToString(),
        Reason = "TimedOut",
        Message = $"{planned.Reference} of component {planned.Component} was not {done} when {context.Deadline.Words} was over: the API server had not answered.",
        Advice = $"See that the cluster's API server answers, or allow more time by {context.Deadline.Source}.",
    };

    private async Task<AppliedResult> SendAsync(PlannedObject planned, JsonObject? before, CancellationToken cancellationToken)
    {
        if (before is not null && RecreateStrategy.IsBlocked(planned.Manifest, before) && (options.Force || RecreateStrategy.Holders(before).Count == 0))
            await RecreateStrategy.ChangeAsync(client, planned.Reference, before, cancellationToken);
        var outcome = await client.ApplyAsync(planned.Manifest, new ApplyOptions { Force = options.Force }, cancellationToken);
        foreach (var warning in outcome.Warnings)
            context.Progress.Report(new WarningReport($"{planned.Reference}: {warning}"));
        live.Put(planned.Reference.Type, outcome.Object);
        return before is null ? AppliedResult.Created
            : before.ResourceVersion() == outcome.Object.ResourceVersion() ? AppliedResult.Unchanged
            : AppliedResult.Updated;
    }
}
