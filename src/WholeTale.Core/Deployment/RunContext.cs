using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Deployment.Readiness;

namespace WholeTale.Core.Deployment;

/// <summary>What the components of one run share.</summary>
internal sealed class RunContext
{
    /// <summary>How long the server is given for what is looked at once more before something is given up.</summary>
    internal static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly NamespaceWatch watch;
    private readonly IReadOnlyList<Kubernetes.ResourceType> types;
    private readonly DeployPlan plan;
    private Task? causes;
    private Task<bool>? scaling;

    internal RunContext(DeployPlan plan, SemaphoreSlim room, IProgress<Report> progress, string activity)
    {
        this.plan = plan;
        watch = plan.Watch;
        Options = plan.Options;
        Settings = plan.Settings;
        Time = plan.Time;
        Applier = new ObjectApplier(plan, this, room);
        Journal = plan.Journal;
        Progress = progress;
        Activity = activity;
        Redact = plan.Redact;
        Arrived = plan.Arrived;
        Diagnosis = new ComponentDiagnosis(plan.Client, Live, plan.Redact);
        ComponentLimit = plan.ComponentLimit;
        AddressLimit = plan.AddressLimit;
        Deadline = plan.Deadline;
        Deadline.Resume();
        types = [.. plan.Objects.Where(ReadinessRules.TakesTime).Select(planned => planned.Reference.Type).Distinct()];
    }

    internal LiveObjects Live => watch.Live;

    internal DeployOptions Options { get; }

    internal DeploySettings Settings { get; }

    internal TimeProvider Time { get; }

    internal ObjectApplier Applier { get; }

    internal ComponentDiagnosis Diagnosis { get; }

    /// <summary>Takes known secrets out of a text.</summary>
    internal Func<string, string> Redact { get; }

    /// <summary>Is told once of each component whose objects are ready, which may be before its turn.</summary>
    internal Action<string> Arrived { get; }

    internal Journal Journal { get; }

    internal IProgress<Report> Progress { get; }

    internal string Activity { get; }

    internal TimeLimit ComponentLimit { get; }

    internal TimeLimit AddressLimit { get; }

    /// <summary>When the whole must have ended.</summary>
    internal Deadline Deadline { get; }

    /// <summary>How long one thing of a component is waited for now.</summary>
    internal TimeSpan Patience => TimeSpan.FromTicks(Math.Clamp(Deadline.Remaining.Ticks, 0, ComponentLimit.Length.Ticks));

    /// <summary>Opens the watches that tell of readiness, where they are not open yet.</summary>
    internal void Watch() => watch.Watch(types);

    /// <summary>Opens the watches that tell why something is not ready: most of what a deploy waits for is ready before anybody would ask.</summary>
    internal void WatchCauses() => watch.Watch(ComponentDiagnosis.Needs);

    /// <summary>Makes sure that what tells of causes has been seen once, before something is given up; a server that does not answer keeps nobody.</summary>
    internal Task KnowCausesAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return causes ??= ListCausesAsync(cancellationToken);
    }

    /// <summary>Whether the cluster is known to add nodes of its own accord; false until it has been asked.</summary>
    internal bool AddsNodes => scaling is { IsCompletedSuccessfully: true, Result: true };

    /// <summary>Asks, once, whether the cluster adds nodes of its own accord.</summary>
    internal Task<bool> KnowScalingAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return scaling ??= NodeScaling.IsThereAsync(plan.Cluster, plan.Client, cancellationToken);
    }

    private async Task ListCausesAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LookPatience, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await watch.TryListAsync(ComponentDiagnosis.Needs.Where(type => !Live.IsComplete(type)), either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What was seen so far has to do.
        }
    }
}
