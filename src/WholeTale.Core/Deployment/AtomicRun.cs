using WholeTale.Core.Deployment.Revisions;

namespace WholeTale.Core.Deployment;

/// <summary>A run that goes back to the last good revision when it fails. The way back has the full time for itself, however much the way forth has used up.</summary>
internal sealed class AtomicRun(DeployPlan plan, IProgress<Report> progress, string activity)
{
    internal async Task<Deployment> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await new DeployRun(plan, progress, activity).RunAsync(cancellationToken);
        }
        catch (WholeTaleException failure) when (failure is NotReadyException or ConflictException or Kubernetes.ApiException or DeploymentException { ErrorId: "FieldImmutable" })
        {
            var good = plan.Revisions.LastOrDefault(revision => revision.Outcome == RevisionOutcome.Deployed);
            progress.Report(new WarningReport(
                $"The deploy failed: {failure.Message} {(good is null ? "There is no earlier good revision, so what was made is removed; data is kept." : $"Returning to revision {good.Number}.")}"));
            try
            {
                await GoBackAsync(good, cancellationToken);
            }
            catch (WholeTaleException second)
            {
                progress.Report(new WarningReport($"Going back failed too: {second.Message}"));
            }

            throw;
        }
    }

    private async Task GoBackAsync(Revision? good, CancellationToken cancellationToken)
    {
        if (good is null)
        {
            await using var removal = await Removal.PlanAsync(plan.Cluster, keepData: true, isDecided: true, progress, cancellationToken);
            await removal.RunAsync(progress, cancellationToken);
            return;
        }

        var options = new DeployOptions { Force = true, Recreate = true, Timeout = plan.Options.Timeout, ComponentTimeout = plan.Options.ComponentTimeout };
        await using var rollback = await Rollback.PlanAsync(plan.Cluster, plan.Client, good.Number, options, plan.Time, cancellationToken);
        await rollback.RunAsync(progress, cancellationToken);
    }
}
