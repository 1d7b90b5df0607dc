using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>What keeps a pod from becoming ready: its node, its volumes, its images, its containers.</summary>
internal static class PodFindings
{
    // What the scheduler says where the nodes are too few, not of the wrong kind (noderesources; schedule_one.go, ErrNoNodesAvailable).
    private static readonly string[] NoRoom = ["Insufficient ", "Too many pods", "no nodes available"];

    // What autoscalers say of a pod: cluster-autoscaler, with GKE's own FailedScaleUp, or Karpenter (Nominated).
    private static readonly string[] Answers = ["TriggeredScaleUp", "Nominated", "NotTriggerScaleUp", "FailedScaleUp"];

    internal static IEnumerable<Finding> Find(JsonObject pod, LiveObjects live)
    {
        if (pod.IsDeleting() || IsReplaced(pod))
            yield break;
        if (Unscheduled(pod, live) is { } unscheduled)
            yield return unscheduled;
        if (Unmounted(pod, live) is { } unmounted)
            yield return unmounted;
        foreach (var (field, initial) in new[] { ("initContainerStatuses", true), ("containerStatuses", false) })
        {
            foreach (var container in pod.Items("status", field))
            {
                if ((ContainerFindings.Find(pod, container, initial, live) ?? ProbeFindings.Find(pod, container, live)) is { } found)
                    yield return found;
            }
        }

        if (pod.Text("status", "phase") == "Failed" && pod.Text("status", "reason") is { Length: > 0 } reason)
        {
            yield return new Finding(
                pod, "", reason, $"Pod {pod.Name()} was ended by the cluster ({reason}): {pod.Text("status", "message").TrimEnd('.', ' ')}.", "Free the resource that it names on the node, or give the cluster more of it.",
                Grace: JobAttempts.Grace(pod, live));
        }
    }

    /// <summary>Whether it has ended and its controller makes another in its place: what is left of it stays until it is collected. A Job's pods are its attempts, and count.</summary>
    internal static bool IsReplaced(JsonObject pod) =>
        pod.Text("status", "phase") is "Failed" or "Succeeded" && pod.Items("metadata", "ownerReferences").Any(owner => owner.Flag("controller") && owner.Text("kind") != "Job");

    private static Finding? Unscheduled(JsonObject pod, LiveObjects live)
    {
        if (pod.Condition("PodScheduled") is not { } scheduled || scheduled.Text("status") != "False" || scheduled.Text("reason") != "Unschedulable")
            return null;
        var message = scheduled.Text("message");
        var answer = Answer(pod, live);

        // A volume on its way (its claim says so itself), or a node on its way, is no failure.
        if (message.Contains("unbound immediate PersistentVolumeClaims", StringComparison.Ordinal) || IsPromise(answer))
            return null;
        var lacksRoom = Array.Exists(NoRoom, words => message.Contains(words, StringComparison.Ordinal));

        // The node that comes for another pod may have room for this one, too: then an autoscaler says nothing of this one.
        if (lacksRoom && answer is null && live.All(ResourceTypes.Pod).Any(other => other.Condition("PodScheduled").Text("status") == "False" && IsPromise(Answer(other, live))))
            return null;
        var said = answer is null ? "" : $" The autoscaler adds none: {answer.Text("message").TrimEnd('.')}.";
        return new Finding(
            pod, "", "Unschedulable", $"Pod {pod.Name()} fits on no node: {Scheduling.Reasons(message).TrimEnd('.')}.{said}", Advice(message), NeedsNode: lacksRoom && answer is null);
    }

    /// <summary>Whether by the last word of an autoscaler, among these events of a pod, a node comes for it.</summary>
    internal static bool IsPromised(IEnumerable<JsonObject> events) => IsPromise(events.Where(found => Answers.Contains(found.Text("reason"))).MaxBy(EventLog.Last));

    private static JsonObject? Answer(JsonObject pod, LiveObjects live) => EventLog.Newest(pod, live, Answers);

    private static bool IsPromise(JsonObject? answer) => answer.Text("reason") is "TriggeredScaleUp" or "Nominated";

    private static string Advice(string message) =>
        message.Contains("Insufficient", StringComparison.Ordinal)
            ? $"Add nodes, choose a larger machine type, or lower the {Resource(message)} that the settings ask for."
        : message.Contains("taint", StringComparison.Ordinal) ? "Remove the taint from a node, or add nodes without it."
        : message.Contains("volume", StringComparison.Ordinal) ? "See to it that the volume's zone has a node with room, or use another storage class."
        : "Add nodes that fit, or correct what the manifest asks of a node.";

    private static string Resource(string message)
    {
        var rest = message[(message.IndexOf("Insufficient ", StringComparison.Ordinal) + "Insufficient ".Length)..];
        return rest[..(rest.IndexOfAny([',', '.', ' ']) is var end && end >= 0 ? end : rest.Length)];
    }

    private static Finding? Unmounted(JsonObject pod, LiveObjects live)
    {
        var isStarting = pod.Items("status", "containerStatuses").Concat(pod.Items("status", "initContainerStatuses"))
            .Any(container => container.Text("state", "waiting", "reason") is "ContainerCreating" or "PodInitializing");
        if (!isStarting || EventLog.Newest(pod, live, "FailedMount", "FailedAttachVolume") is not { } found)
            return null;
        var message = found.Text("message");

        // Another pod is still letting go of the volume; or what was missing has been made since, or mounted.
        if (message.Contains("Multi-Attach", StringComparison.Ordinal) || HasCome(message, pod, live) || IsMounted(found, pod, live))
            return null;
        return new Finding(
            pod, "", found.Text("reason"), $"Pod {pod.Name()} cannot mount a volume: {message.TrimEnd('.')}.", "Make what it names, or correct the volume's settings.", Grace: Retries.Grace(message));
    }

    // A kubelet mounts all of a pod's volumes before it pulls an image (kubelet.go, SyncPod). Of an attachment that succeeds another event tells. Events have seconds, and a failure comes before its success.
    private static bool IsMounted(JsonObject failed, JsonObject pod, LiveObjects live) => EventLog.Of(pod, live).Any(found => EventLog.Last(found) >= EventLog.Last(failed) && found.Text("reason") switch
    {
        "Pulling" or "Pulled" or "Created" or "Started" => true,
        "SuccessfulAttachVolume" => failed.Text("reason") == "FailedAttachVolume" && Volume(found) == Volume(failed),
        _ => false,
    });

    // ... for volume "pvc-5d8f" ...
    private static string Volume(JsonObject found) => found.Text("message").Split('"') is [_, var name, ..] ? name : "";

    private static bool HasCome(string message, JsonObject pod, LiveObjects live)
    {
        foreach (var (word, type) in new[] { ("secret", ResourceTypes.Secret), ("configmap", ResourceTypes.ConfigMap) })
        {
            var start = message.IndexOf($"{word} \"", StringComparison.Ordinal);
            if (start < 0)
                continue;
            start += word.Length + 2;
            var end = message.IndexOf('"', start);
            return end > start && live.Find(new ObjectReference(type, pod.Namespace(), message[start..end])) is not null;
        }

        return false;
    }
}
