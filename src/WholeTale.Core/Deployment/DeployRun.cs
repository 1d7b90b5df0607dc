using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Carries a plan out: makes the namespace, takes the lease, records the plan, runs the components as their graph allows, prunes, records the outcome.</summary>
internal sealed class DeployRun(DeployPlan plan, IProgress<Report> progress, string activity)
{
    // A plan that changes nothing writes nothing that another deploy could refuse. One that lay before a person may have been overtaken.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly Journal journal = plan.Journal;
    private bool hasEnded;

    internal async Task<Deployment> RunAsync(CancellationToken cancellationToken)
    {
        using var span = Telemetry.Source.StartActivity("deploy");
        span?.SetTag("cluster", plan.Cluster.Name);

        // The log of one who has more to do than the run is open already.
        using var own = journal.Log == DeployLog.None ? journal.Log = plan.OpenLog() : null;
        var log = journal.Log;
        var keeper = journal.Over(progress);
        using var room = new SemaphoreSlim(plan.Settings.Parallelism);
        var context = new RunContext(plan, room, keeper, activity);
        log.Write("deploy", "", plan.Cluster.Name, "started");
        try
        {
            return await RunAsync(context, cancellationToken);
        }
        catch (Exception exception) when (!hasEnded)
        {
            journal.Stop(plan.Cluster.Name, exception);
            throw;
        }
    }

    private async Task<Deployment> RunAsync(RunContext context, CancellationToken cancellationToken)
    {
        var record = await RevisionRecord.ForAsync(plan, cancellationToken);
        if (record.IsNothingToDo)
        {
            await plan.Deadline.KeepAsync(token => LookAgainAsync(record, token), NotBegun, cancellationToken);
            return await WorkAsync(record, context, cancellationToken);
        }

        // What will be waited for is watched from here on, while the first requests are under way.
        if (plan.Namespace is { } space)
            await plan.Deadline.KeepAsync(token => plan.Client.ApplyAsync(space, new ApplyOptions { Force = plan.Options.Force }, token), NotBegun, cancellationToken);
        var leasing = plan.Deadline.KeepAsync(token => DeployLease.AcquireAsync(plan.Client, plan.NamespaceName, plan.Time, token, cancellationToken), NotBegun, cancellationToken);
        context.Watch();
        await record.UnlessOutdatedAsync(leasing);
        await using var lease = await leasing;
        try
        {
            await plan.Deadline.KeepAsync(token => BeginAsync(record, token), NotBegun, lease.Token);
            return await WorkAsync(record, context, lease.Token);
        }
        catch (OperationCanceledException exception) when (lease.IsLost && !cancellationToken.IsCancellationRequested)
        {
            throw lease.Explain($"The deploy to {plan.NamespaceName}", exception);
        }
    }

    private async Task LookAgainAsync(RevisionRecord record, CancellationToken cancellationToken)
    {
        if (plan.Time.GetElapsedTime(plan.Made) > Fresh)
            await record.RequireCurrentAsync(cancellationToken);
        await DeployLease.SweepAsync(plan.Client, plan.NamespaceName, plan.Live, plan.Time, cancellationToken);
    }

    private async Task BeginAsync(RevisionRecord record, CancellationToken cancellationToken)
    {
        if (plan.Prepare is { } prepare)
        {
            // No going back takes it along: it is done for no plan that another deploy has overtaken.
            await record.RequireCurrentAsync(cancellationToken);
            await prepare(cancellationToken);
        }

        await record.BeginAsync(cancellationToken);
    }

    // A run that has begun records how it ended, also when its time is over.
    private DeploymentException NotBegun() => DeploymentException.NotBegun(plan.Cluster, plan.Deadline, "taken the deploy's lease and its record. No object of the platform has been written");

    private async Task<Deployment> WorkAsync(RevisionRecord record, RunContext context, CancellationToken cancellationToken)
    {
        var began = plan.Time.GetTimestamp();
        var runs = plan.Components.Select(component => new ComponentRun(component, context)).ToList();
        var byName = runs.ToDictionary(run => run.Component.Name, StringComparer.Ordinal);
        await Task.WhenAll(runs.Select(run => run.RunAsync(
            [.. run.Component.DependsOn.Select(name => byName.GetValueOrDefault(name)).OfType<ComponentRun>()], cancellationToken)));

        var failures = runs.Select(run => run.Failure).OfType<WholeTaleException>().ToList();
        var pruning = failures.Count == 0 ? await Task.WhenAll(plan.Leftovers.Select(planned => PruneAsync(planned, context, cancellationToken))) : [];
        failures.AddRange(pruning.Select(one => one.Failure).OfType<WholeTaleException>());
        var deployment = new Deployment
        {
            Cluster = plan.Cluster,
            Status = runs.Select(run => run.State.Status).Append(failures.Count == 0 ? ComponentStatus.Ready : ComponentStatus.Failed).Max(),
            Revision = record.Number,
            Components = [.. runs.Select(run => run.State)],
            Objects = [.. runs.SelectMany(run => run.Objects), .. pruning.Select(one => one.Row)],
            Urls = PlatformUrls.From(plan.Live),
            Warnings = journal.Warnings,
            Diagnoses = [.. runs.Select(run => run.Diagnosis).OfType<Diagnosis>(), .. pruning.Where(one => one.Failure is not null).Select(one => Diagnosis.From(one.Row.Component, one.Failure!))],
            Started = record.Started,
            Duration = plan.Time.GetElapsedTime(began),
        };
        journal.Outcome = deployment;
        var isGood = false;
        WholeTaleException? unrecorded = null;
        try
        {
            await record.EndAsync(failures.Count == 0 ? null : plan.Redact(failures[0].Message), cancellationToken);
            isGood = failures.Count == 0;
        }
        catch (WholeTaleException exception) when (failures.Count > 0)
        {
            unrecorded = exception;
        }
        finally
        {
            hasEnded = true;
            journal.Log.Write("deploy", "", plan.Cluster.Name, isGood ? "succeeded" : "failed");
        }

        return failures.Count == 0 ? deployment : throw Combine(failures, unrecorded, deployment);
    }

    // What stays although the plan lacks it is recorded as a failure like any other: the next deploy knows of it by the former revisions.
    private async Task<(AppliedObject Row, WholeTaleException? Failure)> PruneAsync(PlannedObject planned, RunContext context, CancellationToken cancellationToken)
    {
        var began = plan.Time.GetUtcNow();
        WholeTaleException? failure = null;
        try
        {
            await context.Applier.PruneAsync(planned, what => context.Progress.Report(new ProgressReport(activity, "prune", what, -1)), cancellationToken);
        }
        catch (WholeTaleException exception)
        {
            failure = exception;
        }

        var result = failure is null ? AppliedResult.Pruned : AppliedResult.Failed;
        journal.Wrote(planned, began, result);
        return (planned.Row(result), failure);
    }

    private static WholeTaleException Combine(List<WholeTaleException> failures, WholeTaleException? unrecorded, Deployment deployment)
    {
        // What the server refused comes first: it is the nearer cause.
        var first = failures.Find(failure => failure is not NotReadyException) ?? failures[0];
        if (first is NotReadyException notReady)
            notReady.Deployment = deployment;
        first.Further = [.. failures.Where(failure => failure != first), .. unrecorded is null ? [] : new[] { unrecorded }];
        return first;
    }
}
