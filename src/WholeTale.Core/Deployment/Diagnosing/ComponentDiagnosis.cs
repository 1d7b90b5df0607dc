using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>Looks for what keeps a component from becoming ready, and puts it into words with events and log.</summary>
internal sealed class ComponentDiagnosis(ApiClient client, LiveObjects live, Func<string, string> redact)
{
    private const int LogLines = 10;
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(1);

    /// <summary>The kinds that it looks at beside those that are watched for readiness.</summary>
    internal static IReadOnlyList<ResourceType> Needs { get; } = [ResourceTypes.Pod, ResourceTypes.ReplicaSet, ResourceTypes.Event, ResourceTypes.Service];

    /// <summary>Everything that will not heal by itself as long as it stays, without what is known to be secret: it is told in many places.</summary>
    internal IReadOnlyList<Finding> Find(PlannedComponent component)
    {
        var findings = new List<Finding>();
        foreach (var planned in component.Objects)
        {
            if (live.Find(planned.Reference) is not { } item)
                continue;
            switch (item.Kind())
            {
                case "Deployment" or "StatefulSet" or "DaemonSet" or "Job" or "Pod":
                    findings.AddRange(WorkloadFindings.Find(item, live));
                    foreach (var pod in WorkloadFindings.Pods(item, live))
                        findings.AddRange(PodFindings.Find(pod, live).Concat(Claims(pod).SelectMany(claim => ClaimFindings.Find(claim, live))));
                    break;
                case "PersistentVolumeClaim":
                    findings.AddRange(ClaimFindings.Find(item, live));
                    break;
                case "Ingress":
                    findings.AddRange(IngressFindings.Find(item, live));
                    break;
            }
        }

        return [.. findings.Select(finding => finding with { Message = redact(finding.Message) })];
    }

    /// <summary>Puts a finding into words.</summary>
    internal async Task<Diagnosis> DescribeAsync(PlannedComponent component, Finding finding, CancellationToken cancellationToken) => new()
    {
        Component = component.Name,
        Object = $"{finding.Item.Kind()} {finding.Item.Name()}",
        Container = finding.Container,
        Reason = finding.Reason,
        Message = redact(finding.Message),
        Advice = finding.Advice,
        Events = [.. EventLog.Telling(finding.Item, live).TakeLast(10).Select(EventLog.Line).Select(redact)],
        LogTail = finding.HasLog ? [.. (await LogAsync(finding.Item, finding.Container, cancellationToken)).Select(redact)] : [],
    };

    /// <summary>What a component that ran out of time was waiting for.</summary>
    /// <param name="component">The component.</param>
    /// <param name="waitedFor">What it lacked.</param>
    /// <param name="patience">How long it has been waited for.</param>
    /// <param name="source">What to raise for more time.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task<Diagnosis> DescribeTimeoutAsync(PlannedComponent component, string waitedFor, TimeSpan patience, string source, CancellationToken cancellationToken)
    {
        var pod = component.Objects.Select(planned => live.Find(planned.Reference)).OfType<JsonObject>().SelectMany(item => WorkloadFindings.Pods(item, live))
            .FirstOrDefault(item => item.Condition("Ready")?.Text("status") != "True" && !item.IsDeleting() && !PodFindings.IsReplaced(item));
        var probe = pod is null ? null : EventLog.Newest(pod, live, "Unhealthy");
        var container = pod?.Items("status", "containerStatuses").FirstOrDefault(item => !item.Flag("ready")).Text("name") ?? "";
        var because = probe is null ? "" : $" Its probe fails: {probe.Text("message").TrimEnd('.')}.";
        return new Diagnosis
        {
            Component = component.Name,
            Object = pod is null ? waitedFor.Split(':')[0] : $"Pod {pod.Name()}",
            Container = container,
            Reason = probe is null ? "TimedOut" : "ProbeFailing",
            Message = redact($"Component {component.Name} was not ready after {Words(patience)}: {waitedFor.TrimEnd('.')}.{because}"),
            Advice = probe is null ? $"See the events and the log, or allow more time by {source}." : $"See why the container does not answer its probe, or allow it more time by {source}.",
            Events = pod is null ? [] : [.. EventLog.Telling(pod, live).TakeLast(10).Select(EventLog.Line).Select(redact)],
            LogTail = pod is null || container.Length == 0 ? [] : [.. (await LogAsync(pod, container, cancellationToken)).Select(redact)],
        };
    }

    private IEnumerable<JsonObject> Claims(JsonObject pod) => pod.Items("spec", "volumes")
        .Select(volume => volume.Text("persistentVolumeClaim", "claimName"))
        .Where(name => name.Length > 0)
        .Select(name => live.Find(new ObjectReference(ResourceTypes.PersistentVolumeClaim, pod.Namespace(), name)))
        .OfType<JsonObject>();

    // The log is worth a second, not more: the diagnosis itself must not wait.
    private async Task<IReadOnlyList<string>> LogAsync(JsonObject pod, string container, CancellationToken cancellationToken)
    {
        foreach (var previous in new[] { true, false })
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(LogPatience);
            try
            {
                await using var stream = await client.OpenLogAsync(
                    pod.Namespace(), pod.Name(), new LogOptions { Container = container, Previous = previous, Tail = LogLines }, patience.Token);
                using var reader = new StreamReader(stream);
                var lines = (await reader.ReadToEndAsync(patience.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                if (lines.Length > 0)
                    return [.. lines.TakeLast(LogLines)];
            }
            catch (Exception exception) when (exception is ApiException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // A container that has not been restarted has no previous log.
            }
        }

        return [];
    }

    /// <summary>A time as a person says it.</summary>
    internal static string Words(TimeSpan time) => time.TotalMinutes >= 2 ? $"{time.TotalMinutes:0.#} minutes" : $"{time.TotalSeconds:0.#} s";
}
