using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Deployment.Readiness;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Reads how the platform is: what the newest revision recorded, held against what is there.</summary>
internal static class DeploymentStatus
{
    internal static async Task<Deployment> ReadAsync(Cluster cluster, ApiClient client, CancellationToken cancellationToken)
    {
        await using var watch = new NamespaceWatch(client, cluster.Namespace, Labels.NotTales);
        await watch.ListAsync([ResourceTypes.Secret], cancellationToken);
        var revisions = RevisionStore.Read(watch.Live.All(ResourceTypes.Secret));
        if (revisions.Count == 0)
            return new Deployment { Cluster = cluster, Status = ComponentStatus.Missing };

        var newest = revisions[^1];
        var components = await newest.PlanAsync(client, cancellationToken);
        var types = components.SelectMany(component => component.Objects).Select(planned => planned.Reference.Type).ToList();
        await watch.ListAsync([.. types, .. types.SelectMany(ReadinessRules.Needs), .. ComponentDiagnosis.Needs], cancellationToken);
        var states = components.Select(component => Describe(component, client, watch.Live)).ToList();
        return new Deployment
        {
            Cluster = cluster,
            Status = states.Max(state => state.Status),
            Revision = newest.Number,
            Components = states,
            Objects = [.. components.SelectMany(component => component.Objects).Where(planned => watch.Live.Find(planned.Reference) is not null).Select(planned => planned.Row(AppliedResult.Unchanged))],
            Urls = PlatformUrls.From(watch.Live),
            Warnings = newest.Outcome switch
            {
                RevisionOutcome.Pending => [$"Revision {newest.Number} has begun and not ended. If no deploy is running, run Deploy-WholeTale to finish it."],
                RevisionOutcome.Failed => [$"Revision {newest.Number} failed: {newest.Message}"],
                _ => [],
            },
            Started = newest.Started,
            Duration = newest.Finished - newest.Started ?? TimeSpan.Zero,
        };
    }

    private static ComponentState Describe(PlannedComponent component, ApiClient client, LiveObjects live)
    {
        var missing = component.Objects.Where(planned => live.Find(planned.Reference) is null).Select(planned => planned.Reference.ToString()).ToList();
        var ready = ComponentRun.ReadyCount(component, live);
        if (missing.Count > 0)
            return new ComponentState(component.Name, ComponentStatus.Missing, ready, $"{string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} not there");
        if (new ComponentDiagnosis(client, live, text => text).Find(component) is [var finding, ..])
            return new ComponentState(component.Name, ComponentStatus.Failed, ready, finding.Message);
        var waiting = component.Objects.Select(planned => ReadinessRules.Evaluate(planned.Reference, live)).Where(state => state.Phase != ReadinessPhase.Ready).ToList();
        return waiting.Count == 0 ? new ComponentState(component.Name, ComponentStatus.Ready, ready, "")
            : new ComponentState(component.Name, waiting.Exists(state => state.Phase == ReadinessPhase.Failed) ? ComponentStatus.Failed : ComponentStatus.Progressing, ready, waiting[0].Message);
    }
}
