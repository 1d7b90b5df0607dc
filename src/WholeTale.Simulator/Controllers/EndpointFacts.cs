using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>The pods behind a Service and the ports they serve it on.</summary>
internal static class EndpointFacts
{
    /// <summary>The pods that a Service selects and that have an address.</summary>
    public static List<PodFacts> Pods(World world, StoredObject service, JsonObject content)
    {
        if (content["spec"]?["selector"] is not JsonObject { Count: > 0 } selector)
            return [];
        return [.. LabelMatch.FindMap(world, world.Pod, service.Namespace, selector)
            .Select(pod => PodFacts.Of(pod)).Where(pod => !pod.HasEnded && Address(pod) is not null)];
    }

    public static string? Address(PodFacts pod) => pod.Content["status"]?["podIP"].Text();

    /// <summary>The Services that a change of a pod concerns: those that select it, or did.</summary>
    public static IEnumerable<ObjectKey> ServicesOf(World world, Change change)
    {
        var services = ServicesOf(world, change.New);
        return change.Old is null || change.Old.IsFoundAs(change.New) ? services : services.Union(ServicesOf(world, change.Old));
    }

    // Services are found by their whole selectors; few are of different labels.
    private static IEnumerable<ObjectKey> ServicesOf(World world, StoredObject pod) => world.Store.Indexes(world.Service)
        .Select(index => index.Split(','))
        .Where(names => names.All(pod.Labels.ContainsKey))
        .SelectMany(names => world.Store.FoundBy(world.Service, pod.Namespace, Lookups.ServiceOfLabels(names, pod.Labels)))
        .Select(service => service.Key);

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
