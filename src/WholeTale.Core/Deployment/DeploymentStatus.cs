using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Deployment.Readiness;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Deployment;

/// <summary>Reads how the platform is: what the newest revision recorded, held against what is there. For who may not read the records, what is there is told by its labels.</summary>
internal static class DeploymentStatus
{
    /// <summary>What to do about a deploy that has not ended.</summary>
    internal const string Finish = "If no deploy is running, run Deploy-WholeTale to finish it.";

    // What the ClusterRole view lets see of a platform.
    private static readonly ResourceType[] Visible =
    [
        ResourceTypes.Deployment, ResourceTypes.StatefulSet, ResourceTypes.DaemonSet, ResourceTypes.Job, ResourceTypes.Service, ResourceTypes.Ingress, ResourceTypes.PersistentVolumeClaim,
        ResourceTypes.ConfigMap, ResourceTypes.NetworkPolicy,
    ];

    internal static async Task<Deployment> ReadAsync(Cluster cluster, ApiClient client, CancellationToken cancellationToken)
    {
        await using var watch = new NamespaceWatch(client, cluster.Namespace, Labels.NotTales);
        try
        {
            await watch.ListAsync([ResourceTypes.Secret], cancellationToken);
        }
        catch (ApiException exception) when (exception.Kind == FailureKind.Forbidden)
        {
            if (await ReadLabelsAsync(cluster, client, watch, cancellationToken) is { } seen)
                return seen;
            throw;
        }

        var revisions = RevisionStore.Read(watch.Live.All(ResourceTypes.Secret));
        if (revisions.Count == 0)
            return new Deployment { Cluster = cluster, Status = ComponentStatus.Missing };

        var newest = revisions[^1];
        var components = await newest.PlanAsync(new RecordedKinds(client), cancellationToken);
        var types = components.SelectMany(component => component.Objects).Select(planned => planned.Reference.Type).ToList();
        await watch.ListAsync([.. types, .. types.SelectMany(ReadinessRules.Needs), .. ComponentDiagnosis.Needs], cancellationToken);
        var redact = Redaction.Of(components, watch.Live);
        var states = await DescribeAsync(components, cluster, client, watch.Live, redact, cancellationToken);
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
                RevisionOutcome.Pending => [$"Revision {newest.Number} has begun and not ended. {Finish}"],
                RevisionOutcome.Failed => [$"Revision {newest.Number} failed: {Excerpt.FirstLine(newest.Message)}"],
                _ => [],
            },
            Started = newest.Started,
            Duration = newest.Finished - newest.Started ?? TimeSpan.Zero,
        };
    }

    // Null where nothing may be read at all.
    private static async Task<Deployment?> ReadLabelsAsync(Cluster cluster, ApiClient client, NamespaceWatch watch, CancellationToken cancellationToken)
    {
        await watch.TryListAsync([.. Visible, .. Visible.SelectMany(ReadinessRules.Needs), .. ComponentDiagnosis.Needs], cancellationToken);
        if (!Visible.Any(watch.Live.IsComplete))
            return null;
        var order = Platform.Components.Select(component => component.Name).ToList();
        List<PlannedComponent> components =
        [
            .. Visible.SelectMany(type => watch.Live.All(type).Where(item => item.Label(Labels.PartOf) == Labels.Product)
                    .Select(item => new PlannedObject(new ObjectReference(type, item.Namespace(), item.Name()), Labels.OfComponent(item), item, "")))
                .GroupBy(planned => planned.Component)
                .OrderBy(group => order.IndexOf(group.Key) is var place and >= 0 ? place : int.MaxValue).ThenBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new PlannedComponent(group.Key, [], [.. group])),
        ];

        // What is secret is not known here, nor is it to the account.
        var states = await DescribeAsync(components, cluster, client, watch.Live, text => text, cancellationToken);
        return new Deployment
        {
            Cluster = cluster,
            Status = states.Count == 0 ? ComponentStatus.Missing : states.Max(state => state.Status),
            Components = states,
            Objects = [.. components.SelectMany(component => component.Objects).Select(planned => planned.Row(AppliedResult.Unchanged))],
            Urls = PlatformUrls.From(watch.Live),
            Warnings = [$"This account may not read the Secrets of the namespace {cluster.Namespace}, in which deploys are recorded: this is what is there, and what is missing cannot be told."],
        };
    }

    private static async Task<List<ComponentState>> DescribeAsync(
        IReadOnlyList<PlannedComponent> components, Cluster cluster, ApiClient client, LiveObjects live, Func<string, string> redact, CancellationToken cancellationToken)
    {
        var diagnosis = new ComponentDiagnosis(client, live, redact);
        var found = components.Select(component => (Component: component, Finding: diagnosis.Find(component).OrderBy(finding => finding.Grace == Finding.Unlimited).FirstOrDefault())).ToList();
        var addsNodes = found.Exists(one => one.Finding?.NeedsNode == true) && await NodeScaling.IsThereAsync(cluster, client, cancellationToken);
        return [.. found.Select(one => Describe(one.Component, one.Finding, addsNodes, live, redact))];
    }

    private static ComponentState Describe(PlannedComponent component, Finding? finding, bool addsNodes, LiveObjects live, Func<string, string> redact)
    {
        var missing = component.Objects.Where(planned => live.Find(planned.Reference) is null).Select(planned => planned.Reference.ToString()).ToList();
        var ready = ComponentRun.ReadyCount(component, live);
        if (missing.Count > 0)
            return new ComponentState(component.Name, ComponentStatus.Missing, ready, $"{string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} not there");
        var waiting = component.Objects.Select(planned => ReadinessRules.Evaluate(planned.Reference, live)).Where(state => state.Phase != ReadinessPhase.Ready).ToList();
        if (waiting.Count == 0)
            return new ComponentState(component.Name, ComponentStatus.Ready, ready, "");
        var hasFailed = (finding is not null && !MayPass(finding, addsNodes)) || waiting.Exists(state => state.Phase == ReadinessPhase.Failed);
        return new ComponentState(component.Name, hasFailed ? ComponentStatus.Failed : ComponentStatus.Progressing, ready, finding?.Message ?? redact(waiting[0].Message));
    }

    // Since when it has been so cannot be seen by one look: no longer than what shows it exists.
    private static bool MayPass(Finding finding, bool addsNodes) =>
        finding.Grace == Finding.Unlimited || TimeProvider.System.GetUtcNow() - finding.Item.Time("metadata", "creationTimestamp") < finding.GraceOn(TimeSpan.Zero, addsNodes);
}
