using System.Text.Json.Nodes;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>
/// A StatefulSet waits for ever for a pod of an older form that cannot become ready, before it makes one of the new form: "you must also delete any Pods that StatefulSet had
/// already attempted to run with the bad configuration" (Kubernetes documentation, StatefulSets, "Forced rollback"). That is done here; claims stay.
/// </summary>
internal static class ForcedRollback
{
    private const string RevisionLabel = "controller-revision-hash";

    /// <summary>Deletes the pod that a finding is about, where it is one of an older form; false where it is not.</summary>
    internal static async Task<bool> TryAsync(Finding finding, LiveObjects live, ApiClient client, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        var pod = finding.Item;
        if (pod.Kind() != "Pod" || pod.Condition("Ready")?.Text("status") == "True" || Owner(pod, live) is not { } set)
            return false;
        var newest = set.Text("status", "updateRevision");
        if (newest.Length == 0 || pod.Label(RevisionLabel) == newest || set.Number("status", "observedGeneration") != set.Number("metadata", "generation"))
            return false;
        progress.Report(new VerboseReport($"Pod {pod.Name()} is deleted: StatefulSet {set.Name()} would wait for ever for it, and it is of an older form. {finding.Message}"));
        await client.DeleteAsync(new ObjectReference(ResourceTypes.Pod, pod.Namespace(), pod.Name()), Propagation.Background, pod.Uid(), cancellationToken);
        return true;
    }

    private static JsonObject? Owner(JsonObject pod, LiveObjects live) => live.All(ResourceTypes.StatefulSet).FirstOrDefault(set => pod.IsOwnedBy(set.Uid()));
}
