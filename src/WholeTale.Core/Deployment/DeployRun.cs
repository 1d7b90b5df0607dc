using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Carries a plan out: makes the namespace, takes the lease, records the plan, runs the components as their graph allows, prunes, records the outcome.</summary>
internal sealed class DeployRun(DeployPlan plan, IProgress<Report> progress, string activity)
{
    // A plan that changes nothing writes nothing that another deploy could refuse. One that lay before a person may have been overtaken.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly Journal journal = plan.Journal;

    internal async Task<Deployment> RunAsync(CancellationToken cancellationToken)
    {
        using var span = Telemetry.Source.StartActivity("deploy");
        span?.SetTag("cluster", plan.Cluster.Name);
        using var log = journal.Log = DeployLog.Open(plan.Options.LogPath, plan.LogFolder, plan.Cluster.Name, plan.Time, plan.Redact);
        var keeper = journal.Over(progress);
        using var room = new SemaphoreSlim(plan.Settings.Parallelism);
        var applier = new ObjectApplier(plan, room, keeper);
        var context = new RunContext(plan, applier, keeper, activity);
        log.Write("deploy", "", plan.Cluster.Name, "started");
        foreach (var warning in journal.Warnings)
            log.Write("warning", "", "", warning);
        var record = await RevisionRecord.ForAsync(plan, cancellationToken);
        if (record.IsNothingToDo)
        {
            if (plan.Time.GetElapsedTime(plan.Made) > Fresh)
                await record.RequireCurrentAsync(cancellationToken);
            await DeployLease.SweepAsync(plan.Client, plan.NamespaceName, plan.Live, plan.Time, cancellationToken);
            return await WorkAsync(record, context, cancellationToken);
        }

        // What will be waited for is watched from here on, while the first requests are under way.
        if (plan.Namespace is not null)
            await plan.Client.ApplyAsync(plan.Namespace, new ApplyOptions { Force = plan.Options.Force }, cancellationToken);
        context.Watch();
        var leasing = DeployLease.AcquireAsync(plan.Client, plan.NamespaceName, plan.Time, cancellationToken);
        await record.UnlessOutdatedAsync(leasing);
        await using var lease = await leasing;
        try
        {
            if (plan.Prepare is { } prepare)
            {
                // No going back takes it along: it is done for no plan that another deploy has overtaken.
                await record.RequireCurrentAsync(lease.Token);
                await prepare(lease.Token);
            }

            await record.BeginAsync(lease.Token);
            return await WorkAsync(record, context, lease.Token);
        }
        catch (OperationCanceledException exception) when (lease.IsLost && !cancellationToken.IsCancellationRequested)
        {
            throw new DeploymentException(
                "LeaseLost", FailureKind.Conflict, plan.NamespaceName, $"The deploy to {plan.NamespaceName} stopped, because another one has taken its lease over.",
                "Wait until that one has ended, then repeat the command.", exception);
        }
    }

    private async Task<Deployment> WorkAsync(RevisionRecord record, RunContext context, CancellationToken cancellationToken)
    {
        var began = plan.Time.GetTimestamp();
        var runs = plan.Components.Select(component => new ComponentRun(component, context)).ToList();
        var byName = runs.ToDictionary(run => run.Component.Name, StringComparer.Ordinal);
        await Task.WhenAll(runs.Select(run => run.RunAsync(
            [.. run.Component.DependsOn.Select(name => byName.GetValueOrDefault(name)).OfType<ComponentRun>()], cancellationToken)));

        var failures = runs.Select(run => run.Failure).OfType<WholeTaleException>().ToList();
        var pruned = failures.Count == 0 ? await PruneAsync(context, cancellationToken) : [];
        await record.EndAsync(failures.Count == 0 ? null : plan.Redact(failures[0].Message), cancellationToken);
        journal.Log.Write("deploy", "", plan.Cluster.Name, failures.Count == 0 ? "succeeded" : "failed");
        var deployment = new Deployment
        {
            Cluster = plan.Cluster,
            Status = runs.Count == 0 ? ComponentStatus.Ready : runs.Max(run => run.State.Status),
            Revision = record.Number,
            Components = [.. runs.Select(run => run.State)],
            Objects = [.. runs.SelectMany(run => run.Objects), .. pruned],
            Urls = PlatformUrls.From(plan.Live),
            Warnings = journal.Warnings,
            Diagnoses = [.. runs.Select(run => run.Diagnosis).OfType<Diagnosis>()],
            Started = record.Started,
            Duration = plan.Time.GetElapsedTime(began),
        };
        journal.Outcome = deployment;
        return failures.Count == 0 ? deployment : throw Combine(failures, deployment);
    }

    private async Task<IReadOnlyList<AppliedObject>> PruneAsync(RunContext context, CancellationToken cancellationToken) =>
        await Task.WhenAll(plan.Leftovers.Select(async planned =>
        {
            var began = plan.Time.GetUtcNow();
            if (plan.Live.Find(planned.Reference) is { } item)
            {
                var deletion = await plan.Client.DeleteAsync(planned.Reference, ResourceTypes.PropagationOf(planned.Reference.Type), item.Uid(), cancellationToken);
                if (deletion == Deletion.Begun && !plan.Options.NoWait)
                    await context.Applier.WaitUntilGoneAsync(planned.Reference, item.Uid(), cancellationToken);
            }

            journal.Wrote(planned, began, AppliedResult.Pruned);
            return planned.Row(AppliedResult.Pruned);
        }));

    private WholeTaleException Combine(List<WholeTaleException> failures, Deployment deployment)
    {
        var diagnoses = failures.OfType<NotReadyException>().Select(failure => failure.Diagnosis).ToList();

        // What the server refused comes first: it is the nearer cause. The others are not lost.
        if (failures.Find(failure => failure is not NotReadyException) is not { } refused)
            return new NotReadyException(diagnoses[0], diagnoses[1..]) { Deployment = deployment };
        foreach (var other in failures.Where(failure => failure != refused))
            progress.Report(new WarningReport(other.Message));
        return refused;
    }
}
