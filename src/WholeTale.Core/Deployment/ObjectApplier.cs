using System.Net;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Deployment.Readiness;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Applies one object and finds out what that did, with at most one request where the server does not object.</summary>
internal sealed class ObjectApplier(DeployPlan plan, SemaphoreSlim room, IProgress<Report> progress)
{
    private readonly ApiClient client = plan.Client;
    private readonly LiveObjects live = plan.Live;
    private readonly DeployOptions options = plan.Options;

    internal async Task<AppliedResult> ApplyAsync(PlannedObject planned, CancellationToken cancellationToken)
    {
        var before = live.Find(planned.Reference);
        if (plan.Holds(planned))
            return AppliedResult.Unchanged;
        if (before?.IsDeleting() == true)
        {
            // What an earlier removal has begun must end first: the server would take the new fields and delete them with the rest.
            await WaitUntilGoneAsync(planned.Reference, before.Uid(), cancellationToken);
            before = null;
        }

        await room.WaitAsync(cancellationToken);
        try
        {
            return await SendAsync(planned, before, cancellationToken);
        }
        catch (ApiException exception) when (exception.StatusCode == HttpStatusCode.UnprocessableEntity && before is not null && Immutability.Concerns(exception))
        {
            if (!Immutability.MayRecreate(planned, exception, options))
                throw Immutability.Explain(planned, exception);
            progress.Report(new VerboseReport($"{planned.Reference} is recreated: {exception.Message}"));
            if (await client.DeleteAsync(planned.Reference, ResourceTypes.PropagationOf(planned.Reference.Type), before.Uid(), cancellationToken) == Deletion.Begun)
                await WaitUntilGoneAsync(planned.Reference, before.Uid(), cancellationToken);
            await SendAsync(planned, null, cancellationToken);
            return AppliedResult.Recreated;
        }
        catch (ApiException exception) when (ConflictException.From(planned.Reference, exception) is { } conflict)
        {
            throw conflict;
        }
        finally
        {
            room.Release();
        }
    }

    /// <summary>Reads objects once more before they are given up: a watch may have stalled. True where that brought news.</summary>
    internal async Task<bool> RefreshAsync(IReadOnlyList<PlannedObject> objects, CancellationToken cancellationToken)
    {
        var isNews = false;
        foreach (var planned in objects.Where(ReadinessRules.TakesTime))
        {
            if (await client.FindAsync(planned.Reference, cancellationToken) is not { } item || item.ResourceVersion() == live.Find(planned.Reference)?.ResourceVersion())
                continue;
            live.Put(planned.Reference.Type, item);
            isNews = true;
        }

        return isNews;
    }

    /// <summary>Takes a pod away that is of an older form and keeps the new one from being made; false where that is not what is wrong.</summary>
    internal Task<bool> MakeWayAsync(Finding finding, CancellationToken cancellationToken) => ForcedRollback.TryAsync(finding, live, client, progress, cancellationToken);

    internal async Task WaitUntilGoneAsync(ObjectReference reference, string uid, CancellationToken cancellationToken)
    {
        plan.Watch.Watch([reference.Type]);
        while (true)
        {
            var changed = live.Changed;
            live.ThrowIfFailed();
            if (live.Find(reference) is not { } item || item.Uid() != uid)
                return;
            await changed.WaitAsync(cancellationToken);
        }
    }

    private async Task<AppliedResult> SendAsync(PlannedObject planned, System.Text.Json.Nodes.JsonObject? before, CancellationToken cancellationToken)
    {
        var outcome = await client.ApplyAsync(planned.Manifest, new ApplyOptions { Force = options.Force }, cancellationToken);
        foreach (var warning in outcome.Warnings)
            progress.Report(new WarningReport($"{planned.Reference}: {warning}"));
        live.Put(planned.Reference.Type, outcome.Object);
        return before is null ? AppliedResult.Created
            : before.ResourceVersion() == outcome.Object.ResourceVersion() ? AppliedResult.Unchanged
            : AppliedResult.Updated;
    }
}
