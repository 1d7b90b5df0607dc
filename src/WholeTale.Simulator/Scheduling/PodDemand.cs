using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Scheduling;

/// <summary>What a pod asks of a node.</summary>
/// <param name="Resources">Requests by resource: the sum over containers, or the largest init container's where that is more.</param>
/// <param name="HostPorts">Ports on the node, as <c>protocol/port</c>.</param>
internal sealed record PodDemand(IReadOnlyDictionary<string, decimal> Resources, IReadOnlyList<string> HostPorts)
{
    /// <summary>Whether another asks for the same.</summary>
    public bool IsSame(PodDemand other) =>
        Resources.Count == other.Resources.Count && Resources.All(item => other.Resources.TryGetValue(item.Key, out var value) && value == item.Value)
        && HostPorts.SequenceEqual(other.HostPorts);

    public static PodDemand Of(JsonObject pod)
    {
        var spec = pod["spec"];
        var total = new Dictionary<string, decimal>();
        foreach (var container in spec.Items("containers"))
        {
            foreach (var (name, value) in Requests(container))
                total[name] = total.GetValueOrDefault(name) + value;
        }

        foreach (var container in spec.Items("initContainers"))
        {
            foreach (var (name, value) in Requests(container))
                total[name] = Math.Max(total.GetValueOrDefault(name), value);
        }

        foreach (var (name, value) in spec?["overhead"] as JsonObject ?? [])
            total[name] = total.GetValueOrDefault(name) + Amount.Of(value);
        var ports = spec.Items("containers").SelectMany(container => container.Items("ports"))
            .Where(port => port["hostPort"].Number() is > 0)
            .Select(port => $"{port["protocol"].Text() ?? "TCP"}/{port["hostPort"].Number()}");
        return new PodDemand(total, [.. ports]);
    }

    private static IEnumerable<(string Name, decimal Value)> Requests(JsonObject container)
    {
        var requests = container["resources"]?["requests"] as JsonObject ?? [];
        var limits = container["resources"]?["limits"] as JsonObject ?? [];
        // A limit without a request is the request (defaulting does the same).
        return requests.Select(item => (item.Key, Amount.Of(item.Value)))
            .Concat(limits.Where(item => !requests.ContainsKey(item.Key)).Select(item => (item.Key, Amount.Of(item.Value))));
    }
}
