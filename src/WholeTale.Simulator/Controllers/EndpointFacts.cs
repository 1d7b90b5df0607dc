using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>The pods behind a Service and the ports they serve it on.</summary>
internal static class EndpointFacts
{
    private static readonly ConditionalWeakTable<StoredObject, JsonObject> _selectors = [];

    /// <summary>The pods that a Service selects and that have an address.</summary>
    public static List<PodFacts> Pods(World world, StoredObject service, JsonObject content)
    {
        if (content["spec"]?["selector"] is not JsonObject { Count: > 0 } selector)
            return [];
        return [.. LabelMatch.FindMap(world, world.Pod, service.Namespace, selector)
            .Select(pod => PodFacts.Of(pod)).Where(pod => !pod.HasEnded && Address(pod) is not null)];
    }

    public static string? Address(PodFacts pod) => pod.Content["status"]?["podIP"].Text();

    /// <summary>The Services of a namespace that select the pod.</summary>
    public static IEnumerable<ObjectKey> ServicesOf(World world, StoredObject pod) => pod.Labels
        .SelectMany(label => world.Store.FoundBy(world.Service, pod.Namespace, Lookups.ServiceOfLabel(label.Key, label.Value)))
        .Where(service => SelectorOf(service) is { Count: > 0 } selector && LabelMatch.Map(selector, pod.Labels))
        .Select(service => service.Key);

    // Asked for each Service at each change of a pod: read once a version.
    private static JsonObject SelectorOf(StoredObject service) =>
        _selectors.GetValue(service, static found => found.Read()["spec"]?["selector"]?.DeepClone() as JsonObject ?? []);

    /// <summary>The number that a Service's port has in a pod; null when a named port is not there.</summary>
    public static int? TargetPort(JsonObject port, JsonObject pod)
    {
        var target = port["targetPort"] ?? port["port"];
        if (target.Number() is { } number)
            return (int)(number == 0 ? port["port"].Number() ?? 0 : number);
        var name = target.Text();
        return (int?)pod["spec"].Items("containers").SelectMany(container => container.Items("ports"))
            .FirstOrDefault(item => item["name"].Text() == name && (item["protocol"].Text() ?? "TCP") == (port["protocol"].Text() ?? "TCP"))?["containerPort"].Number();
    }

    public static JsonObject Reference(PodFacts pod) => new()
    {
        ["kind"] = "Pod",
        ["namespace"] = pod.Stored.Namespace,
        ["name"] = pod.Name,
        ["uid"] = pod.Stored.Uid,
    };
}
