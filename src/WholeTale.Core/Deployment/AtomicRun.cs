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
            var good = plan.Revisions.LastOrDefault(revision => revision.Outcome == RevisionOutcome.Deployed);
            var told = plan.Journal.Over(progress);
            told.Report(new WarningReport(
                $"The deploy failed: {failure.Message} {(good is null ? "There is no earlier good revision, so what it made is removed; data stays, and so does what was there before." : $"Returning to revision {good.Number}.")}"));
            try
            {
                await GoBackAsync(good, told, cancellationToken);
            }
            catch (WholeTaleException second)
            {
                told.Report(new WarningReport($"Going back failed too: {second.Message}"));
            }

            // The page and the caller are told of the deploy; the way back stands in the log and in the page's timeline.
            plan.Journal.Outcome = outcome with { Warnings = plan.Journal.Warnings };
            throw;
        }
    }

    private async Task GoBackAsync(Revision? good, IProgress<Report> told, CancellationToken cancellationToken)
    {
        if (good is null)
        {
            await using var removal = await Removal.PlanOfAsync(made, plan.Cluster, plan.Client, cancellationToken);
            await removal.RunAsync(told, cancellationToken);
            return;
        }

        var options = new DeployOptions { Force = true, Recreate = true, Timeout = plan.Options.Timeout, ComponentTimeout = plan.Options.ComponentTimeout };
        await using var rollback = await Rollback.PlanAsync(plan.Cluster, plan.Client, good.Number, options, plan.Time, cancellationToken, plan.Journal);
        await rollback.RunAsync(progress, cancellationToken);
    }
}
