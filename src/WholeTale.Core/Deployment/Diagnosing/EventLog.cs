using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>What the cluster's events say of an object.</summary>
internal static class EventLog
{
    // What is said of a pod's place, and of what a container needs to start (kube-scheduler, cluster-autoscaler, Karpenter, kubelet).
    private static readonly string[] Placing = ["FailedScheduling", "TriggeredScaleUp", "NotTriggerScaleUp", "FailedScaleUp", "Nominated"];
    private static readonly string[] Starting = ["FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox", "NetworkNotReady"];

    /// <summary>The events of an object that still tell something, newest last: a pod that has a node is past what kept it from one, and what has started past what kept it from that.</summary>
    internal static IEnumerable<JsonObject> Telling(JsonObject item, LiveObjects live)
    {
        var events = Of(item, live).ToList();
        var isPlaced = item.Text("spec", "nodeName").Length > 0;
        var started = events.LastOrDefault(found => found.Text("reason") == "Started");
        return events.Where(found => found.Text("reason") is var reason
            && !(isPlaced && Placing.Contains(reason))
            && !(started is not null && Starting.Contains(reason) && Last(found) <= Last(started)));
    }

    /// <summary>The events of an object, newest last.</summary>
    internal static IEnumerable<JsonObject> Of(JsonObject item, LiveObjects live)
    {
        var uid = item.Uid();
        return live.All(ResourceTypes.Event).Where(found => uid.Length > 0 && found.Text("involvedObject", "uid") == uid).OrderBy(Last);
    }

    /// <summary>The events of a pod that concern a container, newest last.</summary>
    internal static IEnumerable<JsonObject> Of(JsonObject pod, string container, LiveObjects live) =>
        Of(pod, live).Where(found => found.Text("involvedObject", "fieldPath") is var path && (path.Length == 0 || path == $"spec.containers{{{container}}}"));

    /// <summary>The newest event of an object with one of these reasons.</summary>
    internal static JsonObject? Newest(JsonObject item, LiveObjects live, params ReadOnlySpan<string> reasons)
    {
        var wanted = reasons.ToArray();
        return Of(item, live).LastOrDefault(found => wanted.Contains(found.Text("reason")));
    }

    /// <summary>A line a person can read.</summary>
    internal static string Line(JsonObject found)
    {
        var count = found.Number("count") ?? found.Number("series", "count") ?? 1;
        return $"{found.Text("type")} {found.Text("reason")}: {Scheduling.Reasons(found.Text("message"))}{(count > 1 ? $" ({count} times)" : "")}";
    }

    /// <summary>When it was seen last.</summary>
    internal static DateTimeOffset Last(JsonObject found) =>
        found.Time("series", "lastObservedTime") ?? found.Time("lastTimestamp") ?? found.Time("eventTime") ?? found.Time("metadata", "creationTimestamp") ?? DateTimeOffset.MinValue;
}
