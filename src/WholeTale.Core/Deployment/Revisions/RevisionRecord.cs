using System.Net;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Revisions;

/// <summary>
/// The record of one run. A plan equal to the last good revision adds none: a nightly redeploy would push all history out.
/// A deploy that was interrupted, or not waited for, is finished under its own number.
/// </summary>
internal sealed class RevisionRecord
{
    private readonly DeployPlan plan;
    private readonly Revision? last;
    private readonly RevisionOutcome success;
    private readonly bool isKnown;
    private Revision revision;

    private RevisionRecord(DeployPlan plan, Revision? last, Revision revision, RevisionOutcome success)
    {
        this.plan = plan;
        this.last = last;
        this.revision = revision;
        this.success = success;
        isKnown = last?.Digest == revision.Digest && plan.Leftovers.Count == 0 && (last.Outcome == RevisionOutcome.Deployed || (last.Outcome, success) == (RevisionOutcome.Applied, RevisionOutcome.Applied));
    }

    /// <summary>The number under which the deployment is recorded.</summary>
    internal int Number => isKnown ? last!.Number : revision.Number;

    internal DateTimeOffset Started => revision.Started;

    /// <summary>Whether everything is as the plan wants it, so that nothing will be written.</summary>
    internal bool IsNothingToDo => isKnown && plan.Namespace is null && plan.Objects.All(plan.Holds);

    internal static async Task<RevisionRecord> ForAsync(DeployPlan plan, CancellationToken cancellationToken)
    {
        var last = plan.Revisions.Count > 0 ? plan.Revisions[^1] : null;
        var others = new List<PlannedComponent>();
        if (plan.Options.Components.Count > 0 && last is not null)
        {
            // Where only some components are deployed, the others stand as they were.
            var former = await last.PlanAsync(new RecordedKinds(plan.Client), cancellationToken);
            others.AddRange(former.Where(component => plan.Components.All(planned => planned.Name != component.Name)));
        }

        // What nobody has seen ready is no state to return to.
        var success = plan.Options.NoWait || (others.Count > 0 && last!.Outcome != RevisionOutcome.Deployed) ? RevisionOutcome.Applied : RevisionOutcome.Deployed;
        var components = others.Count == 0 ? plan.Components : ComponentGraph.Sort([.. plan.Components, .. others]);
        var revision = RevisionStore.Describe((last?.Number ?? 0) + 1, components, plan.Leftovers, plan.Time.GetUtcNow());
        var isUnfinished = last?.Outcome == RevisionOutcome.Pending || (last?.Outcome == RevisionOutcome.Applied && last.Digest == revision.Digest);
        return new RevisionRecord(plan, last, isUnfinished ? revision with { Number = last!.Number } : revision, success);
    }

    // The unfinished record that this one goes on with; null for a new one.
    private string? Unfinished => last?.Number == revision.Number ? last.ResourceVersion : null;

    /// <summary>Writes down what is about to be done, before it is done.</summary>
    /// <exception cref="DeploymentException">The records are not those any more for which this deploy was planned.</exception>
    internal async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (isKnown)
        {
            await RequireCurrentAsync(cancellationToken);
            return;
        }

        // To write the record proves what it is written over, not what came before it.
        if (last is not null && Unfinished is null)
            await UnlessOutdatedAsync(RequireLastAsync(last, cancellationToken));
        await UnlessOutdatedAsync(RevisionStore.BeginAsync(plan.Client, plan.NamespaceName, plan.Cluster.Name, revision, Unfinished, cancellationToken));
    }

    /// <summary>Makes sure that nobody has deployed or removed the platform since this deploy was planned: what it found there is no longer there otherwise.</summary>
    /// <exception cref="DeploymentException">Somebody has.</exception>
    internal Task RequireCurrentAsync(CancellationToken cancellationToken)
    {
        var looks = new List<Task>();
        if (last is not null)
            looks.Add(RequireLastAsync(last, cancellationToken));
        if (last?.Number != revision.Number)
            looks.Add(RevisionStore.RequireAsync(plan.Client, plan.NamespaceName, revision.Number, null, cancellationToken));
        return UnlessOutdatedAsync(Task.WhenAll(looks));
    }

    private Task RequireLastAsync(Revision known, CancellationToken cancellationToken) =>
        RevisionStore.RequireAsync(plan.Client, plan.NamespaceName, known.Number, known.ResourceVersion, cancellationToken);

    /// <summary>Writes down how it ended, and forgets what is too old.</summary>
    internal async Task EndAsync(string? failure, CancellationToken cancellationToken)
    {
        if (isKnown)
            return;
        revision = revision with
        {
            Outcome = failure is null ? success : RevisionOutcome.Failed,
            Finished = plan.Time.GetUtcNow(),
            Message = failure ?? "",
            Leftovers = failure is null ? [] : revision.Leftovers,
        };

        // The last good one is never forgotten: it is where an undo leads.
        var good = plan.Revisions.LastOrDefault(item => item.Outcome == RevisionOutcome.Deployed)?.Number;
        var old = plan.Revisions.Select(item => item.Number).Append(revision.Number).Distinct().OrderDescending().Skip(RevisionStore.Kept)
            .Where(number => revision.Outcome == RevisionOutcome.Deployed || number != good);
        await Task.WhenAll(old.Select(number => (Task)plan.Client.DeleteAsync(
                RevisionStore.ReferenceOf(plan.NamespaceName, number), Propagation.Background, null, cancellationToken))
            .Append(RevisionStore.EndAsync(plan.Client, plan.NamespaceName, plan.Cluster.Name, revision, cancellationToken)));
    }

    /// <summary>Takes what the cluster refuses, since things are gone or have changed, for what it means.</summary>
    internal async Task UnlessOutdatedAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (ApiException exception) when (exception.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            throw new DeploymentException(
                "PlanOutdated", FailureKind.Conflict, plan.NamespaceName, $"Somebody has deployed to {plan.NamespaceName}, or removed the platform, since this deploy was planned, so it was not begun.",
                "Repeat the command.", exception);
        }
    }
}
