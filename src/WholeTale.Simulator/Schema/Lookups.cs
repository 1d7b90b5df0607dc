using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Schema;

/// <summary>What controllers find objects by, beside their names: with thousands of objects, looking at each of them at each change takes minutes.</summary>
internal static class Lookups
{
    /// <summary>A pod that mounts a claim.</summary>
    public static IndexKey PodOfClaim(string claim) => new("claim", claim);

    /// <summary>A Service that selects, among others, by a label.</summary>
    public static IndexKey ServiceOfLabel(string name, string value) => new("selects " + name, value);

    /// <summary>An Ingress that leads to a Service.</summary>
    public static IndexKey IngressOfService(string service) => new("service", service);

    /// <summary>A volume of a claim; of none when both names are empty.</summary>
    public static IndexKey VolumeOfClaim(string ns, string claim) => new("claim", $"{ns}/{claim}");

    public static IEnumerable<IndexKey> OfPod(JsonObject pod) => Controllers.PodVolumes.ClaimNames(pod).Select(PodOfClaim);

    // One label of the selector is enough to find a Service by.
    public static IEnumerable<IndexKey> OfService(JsonObject service) =>
        (service["spec"]?["selector"] as JsonObject ?? []).Take(1).Select(label => ServiceOfLabel(label.Key, label.Value.Text() ?? ""));

    public static IEnumerable<IndexKey> OfIngress(JsonObject ingress) =>
        Controllers.IngressController.Services(ingress).Select(service => service.Name).Distinct().Select(IngressOfService);

    public static IEnumerable<IndexKey> OfVolume(JsonObject volume)
    {
        var claim = volume["spec"]?["claimRef"];
        yield return VolumeOfClaim(claim?["namespace"].Text() ?? "", claim?["name"].Text() ?? "");
    }
}
