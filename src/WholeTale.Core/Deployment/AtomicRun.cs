using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>
/// A run that goes back when a component fails: to the last good revision, or, where there is none, to what was there before. The way back has the full time for itself, however much the way
/// forth has used up.
/// </summary>
internal sealed class AtomicRun(DeployPlan plan, IProgress<Report> progress, string activity)
{
    // What was there when the run began is not the run's to delete: somebody's object that it adopted, what an earlier deploy left.
    private readonly HashSet<ObjectReference> made = [.. plan.Objects.Select(planned => planned.Reference).Where(reference => plan.Live.Find(reference) is not { } item || item.IsDeleting())];

    internal async Task<Deployment> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await new DeployRun(plan, progress, activity).RunAsync(cancellationToken);
        }
        catch (WholeTaleException failure) when (failure.ErrorId != "LeaseLost" && plan.Journal.Outcome is { } outcome && outcome.Components.Any(component => component.Status == ComponentStatus.Failed))
        {
            // What nobody has seen ready is nearer to what was there before than nothing is.
            var target = plan.Revisions.LastOrDefault(revision => revision.Outcome == RevisionOutcome.Deployed)
                ?? plan.Revisions.LastOrDefault(revision => revision.Outcome == RevisionOutcome.Applied && revision.Number != outcome.Revision);
            var told = plan.Journal.Over(progress);
            told.Report(new WarningReport($"The deploy failed: {(failure as NotReadyException)?.Diagnosis.Message ?? failure.Explanation} {Way(target, outcome)}"));
            int? ended = null;
            if (target is null || target.Number != outcome.Revision)
            {
                try
                {
                    await GoBackAsync(target, told, cancellationToken);
                    ended = target?.Number ?? 0;
                }
                catch (WholeTaleException second)
                {
                    failure.Further = [.. failure.Further, second];
                    outcome = outcome with { Diagnoses = [.. outcome.Diagnoses, Diagnosis.From("way back", second)] };
                }
            }

            // The page and the caller are told of the deploy; the way back stands in the log and in the page's timeline.
            plan.Journal.Outcome = outcome with { Warnings = plan.Journal.Warnings, ReturnedTo = ended };
            throw;
        }
    }

    private string Way(Revision? target, Deployment outcome) =>
        target is null && plan.Revisions.Count == 0 ? "There is no earlier revision, so what it made is removed; data stays, and so does what was there before."
        : target is null ? "There is no earlier good revision, so what it made is removed; data stays, and so does what was there before, as the deploy has left it."
        : target.Number == outcome.Revision ? $"It is what revision {target.Number} was, the last good one, so there is nothing to return to."
        : target.Outcome == RevisionOutcome.Deployed ? $"Returning to revision {target.Number}."
        : $"There is no earlier good revision: returning to revision {target.Number}, which nobody has seen ready.";

    private async Task GoBackAsync(Revision? good, IProgress<Report> told, CancellationToken cancellationToken)
    {
        if (good is null)
        {
            await using var removal = await Removal.PlanOfAsync(made, plan.Cluster, plan.Client, cancellationToken);
            await removal.RunAsync(told, cancellationToken);
            return;
        }

        var options = new DeployOptions { Force = true, Recreate = true, Timeout = plan.Options.Timeout, ComponentTimeout = plan.Options.ComponentTimeout };
        await using var rollback = await Rollback.PlanAsync(plan.Cluster, plan.Client, good.Number, options, plan.Time, progress, cancellationToken, plan.Journal);
        await rollback.RunAsync(progress, cancellationToken);
    }
}
