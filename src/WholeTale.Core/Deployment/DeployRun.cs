using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Carries a plan out: records it, makes the namespace, runs the components as their graph allows, prunes, records the outcome.</summary>
internal sealed class DeployRun(DeployPlan plan, IProgress<Report> progress, string activity)
{
    private readonly List<string> warnings = [];

    internal async Task<Deployment> RunAsync(CancellationToken cancellationToken)
    {
        var started = plan.Time.GetUtcNow();
        var began = plan.Time.GetTimestamp();
        using var span = Telemetry.Source.StartActivity("deploy");
        span?.SetTag("cluster", plan.Cluster.Name);
        using var log = DeployLog.Open(plan.LogFolder, plan.Cluster.Name, plan.Time, plan.Redact);
        using var room = new SemaphoreSlim(plan.Settings.Parallelism);
        var keeping = new KeepingWarnings(progress, warnings);
        var applier = new ObjectApplier(plan.Client, plan.Watch, plan.Options, room, keeping);
        var context = new RunContext(plan, applier, log, keeping, activity);
        log.Write("deploy", "", plan.Cluster.Name, "started");

        var revision = await RecordBeginAsync(started, context, cancellationToken);
        var runs = plan.Components.Select(component => new ComponentRun(component, context)).ToList();
        var byName = runs.ToDictionary(run => run.Component.Name, StringComparer.Ordinal);
        await Task.WhenAll(runs.Select(run => run.RunAsync(
            [.. run.Component.DependsOn.Select(name => byName.GetValueOrDefault(name)).OfType<ComponentRun>()], cancellationToken)));

        var failures = runs.Select(run => run.Failure).OfType<WholeTaleException>().ToList();
        var pruned = failures.Count == 0 ? await PruneAsync(applier, log, cancellationToken) : [];
        var deployment = new Deployment
        {
            Cluster = plan.Cluster,
            Status = runs.Max(run => run.State.Status),
            Revision = revision?.Number ?? plan.Revisions[^1].Number,
            Components = [.. runs.Select(run => run.State)],
            Objects = [.. runs.SelectMany(run => run.Objects), .. pruned],
            Urls = PlatformUrls.From(plan.Live),
            Warnings = warnings,
            Started = started,
            Duration = plan.Time.GetElapsedTime(began),
        };
        if (revision is not null)
            await RecordEndAsync(revision, failures, cancellationToken);
        log.Write("deploy", "", plan.Cluster.Name, failures.Count == 0 ? "succeeded" : "failed");
        return failures.Count == 0 ? deployment : throw Combine(failures, deployment);
    }

    // A plan equal to the last good revision adds no revision: a nightly redeploy would push all history out.
    private async Task<Revision?> RecordBeginAsync(DateTimeOffset started, RunContext context, CancellationToken cancellationToken)
    {
        var last = plan.Revisions.Count > 0 ? plan.Revisions[^1] : null;

        // A deploy that was interrupted is finished under its own number.
        var number = last is null ? 1 : last.Outcome == RevisionOutcome.Pending ? last.Number : last.Number + 1;
        var revision = RevisionStore.Describe(number, await RecordedAsync(last, cancellationToken), plan.Leftovers, started);
        var isKnown = last?.Outcome == RevisionOutcome.Deployed && last.Digest == revision.Digest && plan.Leftovers.Count == 0;
        if (plan.Namespace is null && isKnown && plan.Objects.All(planned => plan.Live.Find(planned.Reference) is { } item && AppliedState.Holds(planned.Manifest, item)))
            return null;

        // There is something to do: what will be waited for is watched from here on, while the first requests are under way.
        if (plan.Namespace is not null)
            await plan.Client.ApplyAsync(plan.Namespace, new ApplyOptions { Force = plan.Options.Force }, cancellationToken);
        context.Watch();
        if (isKnown)
            return null;
        await RevisionStore.WriteAsync(plan.Client, plan.NamespaceName, plan.Cluster.Name, revision, cancellationToken);
        return revision;
    }

    // Where only some components are deployed, the others stand as they were.
    private async Task<IReadOnlyList<PlannedComponent>> RecordedAsync(Revision? last, CancellationToken cancellationToken)
    {
        if (plan.Options.Components.Count == 0 || last is null)
            return plan.Components;
        var former = await last.PlanAsync(plan.Client, cancellationToken);
        return ComponentGraph.Sort([.. plan.Components, .. former.Where(component => plan.Components.All(planned => planned.Name != component.Name))]);
    }

    private async Task RecordEndAsync(Revision revision, List<WholeTaleException> failures, CancellationToken cancellationToken)
    {
        revision = revision with
        {
            Outcome = failures.Count == 0 ? RevisionOutcome.Deployed : RevisionOutcome.Failed,
            Finished = plan.Time.GetUtcNow(),
            Message = failures.Count == 0 ? "" : plan.Redact(failures[0].Message),
            Leftovers = failures.Count == 0 ? [] : revision.Leftovers,
        };
        var old = plan.Revisions.Select(item => item.Number).Append(revision.Number).Distinct().OrderDescending().Skip(RevisionStore.Kept);
        await Task.WhenAll(old.Select(number => (Task)plan.Client.DeleteAsync(
            RevisionStore.ReferenceOf(plan.NamespaceName, number), Propagation.Background, null, cancellationToken))
            .Append(RevisionStore.WriteAsync(plan.Client, plan.NamespaceName, plan.Cluster.Name, revision, cancellationToken)));
    }

    private async Task<IReadOnlyList<AppliedObject>> PruneAsync(ObjectApplier applier, DeployLog log, CancellationToken cancellationToken)
    {
        var pruned = await Task.WhenAll(plan.Leftovers.Select(async planned =>
        {
            if (plan.Live.Find(planned.Reference) is { } item)
            {
                await plan.Client.DeleteAsync(planned.Reference, Propagation.Foreground, item.Uid(), cancellationToken);
                if (!plan.Options.NoWait)
                    await applier.WaitUntilGoneAsync(planned.Reference, cancellationToken);
            }

            log.Write("pruned", planned.Component, planned.Reference.ToString(), "");
            return planned.Row(AppliedResult.Pruned);
        }));
        return pruned;
    }

    private static WholeTaleException Combine(List<WholeTaleException> failures, Deployment deployment)
    {
        var diagnoses = failures.OfType<NotReadyException>().Select(failure => failure.Diagnosis).ToList();

        // What the server refused comes first: it is the nearer cause.
        return failures.Find(failure => failure is not NotReadyException) ?? new NotReadyException(diagnoses[0], diagnoses[1..]) { Deployment = deployment };
    }

    private sealed class KeepingWarnings(IProgress<Report> inner, List<string> warnings) : IProgress<Report>
    {
        public void Report(Report value)
        {
            if (value is WarningReport warning)
            {
                lock (warnings)
                {
                    if (warnings.Contains(warning.Message))
                        return;
                    warnings.Add(warning.Message);
                }
            }

            inner.Report(value);
        }
    }
}
