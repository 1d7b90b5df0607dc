using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>What keeps a workload from making its pods: quota, admission, or its own deadline.</summary>
internal static class WorkloadFindings
{
    internal static IEnumerable<Finding> Find(JsonObject workload, LiveObjects live)
    {
        // Only Deployments and ReplicaSets say it in a condition; of the others only events tell.
        if (workload.Condition("ReplicaFailure") is { } failure && failure.Text("status") == "True")
            yield return Refused(workload, failure.Text("message"));
        else if (workload.Kind() is "StatefulSet" or "DaemonSet" or "Job" && LacksPods(workload) && EventLog.Newest(workload, live, "FailedCreate") is { } found)
            yield return Refused(workload, found.Text("message"));
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

        return live.All(ResourceTypes.Pod).Where(pod => pod.IsOwnedBy(owner));
    }

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
