using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Schema;

/// <summary>The two forms of an Event: <c>v1</c>, in which it is stored, and <c>events.k8s.io/v1</c> (pkg/apis/events/v1/conversion.go).</summary>
internal static class EventForms
{
    private static readonly (string Core, string Modern)[] _names =
    [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
        ("reportingComponent", "reportingController"),
    ];

    public static void FromCore(JsonObject content)
    {
        content["apiVersion"] = "events.k8s.io/v1";
        foreach (var (core, modern) in _names)
            Rename(content, core, modern);
        // Always written in the one form, left out when empty in the other.
        foreach (var name in new[] { "reportingController", "reportingInstance" })
        {
            if ((string?)content[name] is null or "")
                content.Remove(name);
        }
    }

    public static void ToCore(JsonObject content)
    {
        content["apiVersion"] = "v1";
        foreach (var (core, modern) in _names)
            Rename(content, modern, core);
        content["reportingComponent"] ??= "";
        content["reportingInstance"] ??= "";
    }

    private static void Rename(JsonObject content, string from, string to)
    {
        if (!content.Remove(from, out var value))
            return;
        content[to] = value;
    }
}
