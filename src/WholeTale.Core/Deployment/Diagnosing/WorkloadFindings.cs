using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>What keeps a workload from making its pods: quota, admission, or its own deadline.</summary>
internal static class WorkloadFindings
{
    // Kubelets' refusals come one a second or faster, evictions one every few minutes.
    private const int Often = 3;
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(10);

    internal static IEnumerable<Finding> Find(JsonObject workload, LiveObjects live)
    {
        // Only Deployments and ReplicaSets say it in a condition; of the others only events tell.
        if (workload.Condition("ReplicaFailure") is { } failure && failure.Text("status") == "True")
            yield return Refused(workload, failure.Text("message"));
        else if (workload.Kind() is "StatefulSet" or "DaemonSet" or "Job" && LacksPods(workload) && EventLog.Newest(workload, live, "FailedCreate") is { } found)
            yield return Refused(workload, found.Text("message"));
        if (workload.Kind() == "Deployment" && Ended(workload, [.. Pods(workload, live)]) is { } ended)
            yield return ended;
    }

    /// <summary>The pods of a workload's newest form.</summary>
    internal static IEnumerable<JsonObject> Pods(JsonObject workload, LiveObjects live)
    {
        if (workload.Kind() == "Pod")
            return [workload];
        var owner = workload.Uid();
        if (workload.Kind() == "Deployment")
        {
            // The pods of an older ReplicaSet are on their way out: what they suffer from does not matter any more.
            const string Revision = "deployment.kubernetes.io/revision";
            owner = live.All(ResourceTypes.ReplicaSet).FirstOrDefault(item => item.IsOwnedBy(workload.Uid()) && item.Annotation(Revision) == workload.Annotation(Revision))?.Uid() ?? "";
        }

        // A Job's last attempt says more than those before.
        return live.All(ResourceTypes.Pod).Where(pod => pod.IsOwnedBy(owner)).OrderByDescending(Created);
    }

    // A ReplicaSet replaces at once what the cluster ends, and what is left lies about: nothing is wrong as long as a node has taken a replacement on. (StatefulSets and DaemonSets delete what is left.)
    private static Finding? Ended(JsonObject workload, List<JsonObject> pods)
    {
        var ended = pods.FindAll(pod => PodFindings.IsReplaced(pod) && pod.Text("status", "reason").Length > 0);
        if (ended.Count < Often || Created(pods[0]) - Created(ended[Often - 1]) > Lately || pods.Exists(pod => !PodFindings.IsReplaced(pod) && pod.Items("status", "containerStatuses").Any()))
            return null;
        var last = ended[0];
        var reason = last.Text("status", "reason");
        return new Finding(
            workload, "", reason,
            $"The cluster ends the pods of Deployment {workload.Name()} one after another, the last one, {last.Name()}, with {reason}: {last.Text("status", "message").TrimEnd('.', ' ')}.",
            "Free the resource that it names on the node, or give the cluster more of it.");
    }

    private static DateTimeOffset Created(JsonObject pod) => pod.Time("metadata", "creationTimestamp") ?? DateTimeOffset.MinValue;

    private static bool LacksPods(JsonObject workload) => workload.Kind() switch
    {
        "StatefulSet" => (workload.Number("status", "replicas") ?? 0) < (workload.Number("spec", "replicas") ?? 1),
        "DaemonSet" => (workload.Number("status", "currentNumberScheduled") ?? 0) < (workload.Number("status", "desiredNumberScheduled") ?? 1),
        _ => (workload.Number("status", "active") ?? 0) + (workload.Number("status", "succeeded") ?? 0) == 0,
    };

    private static Finding Refused(JsonObject workload, string message)
    {
        var (reason, advice) = message switch
        {
            _ when message.Contains("exceeded quota", StringComparison.Ordinal) => ("QuotaExceeded", "Have the namespace's ResourceQuota raised, or lower what the settings ask for."),
            _ when message.Contains("PodSecurity", StringComparison.Ordinal) => ("AdmissionRefused", "Allow such pods in the namespace (label pod-security.kubernetes.io/enforce), or use settings that need no such rights."),
            _ when message.Contains("admission webhook", StringComparison.Ordinal) || message.Contains("denied", StringComparison.Ordinal) => (
                "AdmissionRefused", "Change what the admission rule names, or have the rule changed."),
            _ when message.Contains("LimitRange", StringComparison.Ordinal) || message.Contains("limit", StringComparison.Ordinal) => (
                "LimitExceeded", "Have the namespace's LimitRange changed, or keep to it in the settings."),
            _ when message.Contains("looking up service account", StringComparison.Ordinal) => (
                "ServiceAccountMissing", "Deploy Whole Tale to this namespace first (Deploy-WholeTale), or make the account that the message names."),
            _ => ("PodsRefused", "Change what the message names."),
        };
        return new Finding(workload, "", reason, $"{workload.Kind()} {workload.Name()} may not make its pods: {message.TrimEnd('.')}.", advice);
    }
}
