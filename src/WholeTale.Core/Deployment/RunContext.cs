using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Deployment.Readiness;

namespace WholeTale.Core.Deployment;

/// <summary>What the components of one run share.</summary>
internal sealed class RunContext
{
    private readonly NamespaceWatch watch;
    private readonly IReadOnlyList<Kubernetes.ResourceType> types;
    private readonly long began;
    private readonly TimeSpan timeout;

    internal RunContext(DeployPlan plan, ObjectApplier applier, IProgress<Report> progress, string activity)
    {
        watch = plan.Watch;
        Options = plan.Options;
        Settings = plan.Settings;
        Time = plan.Time;
        Applier = applier;
        Journal = plan.Journal;
        Progress = progress;
        Activity = activity;
        Redact = plan.Redact;
        Diagnosis = new ComponentDiagnosis(plan.Client, Live, plan.Redact);
        ComponentTimeout = plan.Options.ComponentTimeout ?? plan.Settings.ComponentTimeout;
        AddressTimeout = plan.AddressTimeout;
        timeout = plan.Options.Timeout ?? plan.Settings.Timeout;
        began = Time.GetTimestamp();
        types = [.. plan.Components.SelectMany(component => component.Objects).Select(planned => planned.Reference.Type).Where(ReadinessRules.TakesTime)
            .Concat(ComponentDiagnosis.Needs).Distinct()];
    }

    internal LiveObjects Live => watch.Live;

    internal DeployOptions Options { get; }

    internal DeploySettings Settings { get; }

    internal TimeProvider Time { get; }

    internal ObjectApplier Applier { get; }

    internal ComponentDiagnosis Diagnosis { get; }

    /// <summary>Takes known secrets out of a text.</summary>
    internal Func<string, string> Redact { get; }

    internal Journal Journal { get; }

    internal IProgress<Report> Progress { get; }

    internal string Activity { get; }

    internal TimeSpan ComponentTimeout { get; }

    internal TimeSpan AddressTimeout { get; }

    /// <summary>What is left of the time for the whole.</summary>
    internal TimeSpan Remaining => timeout - Time.GetElapsedTime(began);

    /// <summary>Opens the watches, where they are not open yet.</summary>
    internal void Watch() => watch.Watch(types);
}
