using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Schema;

/// <summary>What controllers find objects by, beside their names: with thousands of objects, looking at each of them at each change takes minutes.</summary>
internal static class Lookups
{
    /// <summary>A pod that mounts a claim.</summary>
    public static IndexKey PodOfClaim(string claim) => new("mounted claim", claim);

    /// <summary>A Service that selects by these labels and no others; their names in order. No other lookup has a name that a label could have.</summary>
    public static IndexKey ServiceOfLabels(IReadOnlyList<string> names, IReadOnlyDictionary<string, string> labels) =>
        new(string.Join(',', names), string.Join(',', names.Select(name => labels[name])));

    /// <summary>A Service that has an address of the cluster.</summary>
    public static IndexKey ServiceOfAddress(string address) => new("cluster address", address);

    /// <summary>A Service that has a port on all nodes.</summary>
    public static IndexKey ServiceOfNodePort(long port) => new("node port", port.ToString(CultureInfo.InvariantCulture));

    /// <summary>An Ingress that leads to a Service.</summary>
    public static IndexKey IngressOfService(string service) => new("backend service", service);

    /// <summary>A volume of a claim; of none when both names are empty.</summary>
    public static IndexKey VolumeOfClaim(string ns, string claim) => new("bound claim", $"{ns}/{claim}");

    public static IEnumerable<IndexKey> OfPod(JsonObject pod) => Controllers.PodVolumes.ClaimNames(pod).Select(PodOfClaim);

    public static IEnumerable<IndexKey> OfService(JsonObject service)
    {
        var selector = (service["spec"]?["selector"] as JsonObject ?? []).ToDictionary(label => label.Key, label => label.Value.Text() ?? "");
        if (selector.Count > 0)
            yield return ServiceOfLabels([.. selector.Keys.Order(StringComparer.Ordinal)], selector);
        if (service["spec"]?["clusterIP"].Text() is { Length: > 0 } address)
            yield return ServiceOfAddress(address);
        foreach (var port in service["spec"]?["ports"] as JsonArray ?? [])
        {
            if (port?["nodePort"].Number() is { } number)
                yield return ServiceOfNodePort(number);
        }
    }

    public static IEnumerable<IndexKey> OfIngress(JsonObject ingress) =>
        Controllers.IngressController.Services(ingress).Select(service => service.Name).Distinct().Select(IngressOfService);

    public static IEnumerable<IndexKey> OfVolume(JsonObject volume)
    {
        var claim = volume["spec"]?["claimRef"];
        yield return VolumeOfClaim(claim?["namespace"].Text() ?? "", claim?["name"].Text() ?? "");
    }
}
