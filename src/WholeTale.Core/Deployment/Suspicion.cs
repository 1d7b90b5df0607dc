using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>What looks hopeless about a component, and since when: each finding is given its grace to pass.</summary>
internal sealed class Suspicion(PlannedComponent component, RunContext context)
{
    // Much changes while components start, and what is wrong is given time to heal anyway.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, long> since = new(StringComparer.Ordinal);
    private readonly HashSet<string> told = new(StringComparer.Ordinal);
    private IReadOnlyList<Finding> findings = [];
    private long looked = context.Time.GetTimestamp();
    private Task? seen;

    /// <summary>What is found at the moment.</summary>
    internal IReadOnlyList<Finding> Findings => findings;

    /// <summary>Looks, where it is time to, and gives what has used up its grace; null where nothing has.</summary>
    /// <param name="changed">The cluster's state: the task that ends with its next change.</param>
    /// <param name="atOnce">Whether to look in any case.</param>
    internal Finding? Look(Task changed, bool atOnce)
    {
        if (atOnce || Due(changed) <= TimeSpan.Zero)
        {
            context.WatchCauses();
            findings = context.Diagnosis.Find(component);
            looked = context.Time.GetTimestamp();
            seen = changed;
            Note();
        }

        TellWhatLasts();
        return findings.FirstOrDefault(finding => Left(finding) <= TimeSpan.Zero);
    }

    /// <summary>Whether nothing has changed since it looked.</summary>
    internal bool HasSeen(Task changed) => ReferenceEquals(changed, seen);

    /// <summary>How long it is until looking again makes sense.</summary>
    internal TimeSpan Due(Task changed)
    {
        var due = HasSeen(changed) ? TimeSpan.MaxValue : LookEvery - context.Time.GetElapsedTime(looked);
        foreach (var finding in findings)
        {
            var left = told.Contains(finding.Key) ? Left(finding) : context.Settings.FailureGrace - Age(finding);
            if (left < due)
                due = left;
        }

        return due;
    }

    /// <summary>Whether a finding is given more time after all: where a node is lacking, and the cluster may add one.</summary>
    internal async Task<bool> MayHealAsync(Finding finding, CancellationToken cancellationToken)
    {
        if (!finding.NeedsNode || !await context.KnowScalingAsync(cancellationToken))
            return false;
        TellWhatLasts();
        return Left(finding) > TimeSpan.Zero;
    }

    private TimeSpan Age(Finding finding) => context.Time.GetElapsedTime(since[finding.Key]);

    private TimeSpan Left(Finding finding) => finding.GraceOn(context.Settings.FailureGrace, context.AddsNodes) - Age(finding);

    // What outlasts the time in which others would have been given up is told, since a person may want to act before it is.
    private void TellWhatLasts()
    {
        foreach (var finding in findings)
        {
            if (Age(finding) >= context.Settings.FailureGrace && Left(finding) > TimeSpan.Zero && told.Add(finding.Key))
                context.Progress.Report(new WarningReport($"{component.Name}: {finding.Message}"));
        }
    }

    private void Note()
    {
        foreach (var key in since.Keys.Where(key => findings.All(finding => finding.Key != key)).ToList())
            since.Remove(key);
        foreach (var finding in findings)
        {
            if (since.TryAdd(finding.Key, context.Time.GetTimestamp()))
                context.Journal.Log.Write("suspect", component.Name, $"{finding.Item.Kind()} {finding.Item.Name()}", finding.Reason);
        }
    }
}
