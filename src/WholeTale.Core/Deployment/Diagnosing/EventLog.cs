using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>What the cluster's events say of an object.</summary>
internal static class EventLog
{
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
