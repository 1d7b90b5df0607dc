using System.Text.Json.Nodes;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>
/// What a deploy finds in back-off, of workloads that it did not change, failed before it: what was wrong may have been corrected since, and the kubelet would find out up to five minutes later
/// (MaxContainerBackOff). Each such pod is deleted once, so that its controller makes another at once; what that one does counts.
/// </summary>
/// <param name="unchanged">The component's workloads that the deploy left as they were.</param>
/// <param name="live">What is seen of the cluster.</param>
/// <param name="client">Whom it asks.</param>
/// <param name="progress">Is told of deletions.</param>
internal sealed class FreshAttempt(IReadOnlyList<PlannedObject> unchanged, LiveObjects live, ApiClient client, IProgress<Report> progress)
{
    private readonly HashSet<string> deleted = new(StringComparer.Ordinal);
    private HashSet<string>? old;

    /// <summary>Has the pod that a finding is about made anew; false where it is none that waits from before.</summary>
    internal async Task<bool> TryAsync(Finding finding, CancellationToken cancellationToken)
    {
        old ??= [.. unchanged.Where(planned => planned.Reference.Type != ResourceTypes.Pod && planned.Reference.Type != ResourceTypes.Job).Select(planned => live.Find(planned.Reference)).OfType<JsonObject>()
            .SelectMany(workload => WorkloadFindings.Pods(workload, live)).Select(pod => pod.Uid())];
        var pod = finding.Item;
        if (pod.Kind() != "Pod" || !old.Contains(pod.Uid()) || !WaitsInBackOff(pod, finding.Container))
            return false;
        if (!deleted.Add(pod.Uid()))
            return true;
        try
        {
            progress.Report(new VerboseReport($"Pod {pod.Name()} is deleted, so that another is tried at once: it waits in back-off since before this deploy. {finding.Message}"));
            await client.DeleteAsync(new ObjectReference(ResourceTypes.Pod, pod.Namespace(), pod.Name()), Propagation.Background, pod.Uid(), cancellationToken);
            return true;
        }
        catch (ApiException exception) when (exception.Kind == FailureKind.Forbidden)
        {
            old.Remove(pod.Uid());
            return false;
        }
    }

    private static bool WaitsInBackOff(JsonObject pod, string container) => pod.Items("status", "containerStatuses").Concat(pod.Items("status", "initContainerStatuses"))
        .Any(status => status.Text("name") == container && status.Text("state", "waiting", "reason") is "CrashLoopBackOff" or "ImagePullBackOff" or "ErrImagePull");
}
