using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>What a pod's volumes refer to.</summary>
internal static class PodVolumes
{
    /// <summary>The claims that the pod mounts.</summary>
    public static IEnumerable<string> ClaimNames(JsonObject pod) =>
        pod["spec"].Items("volumes").Select(volume => volume["persistentVolumeClaim"]?["claimName"].Text()
            ?? (volume["ephemeral"] is null ? null : $"{pod["metadata"]?["name"].Text()}-{volume["name"].Text()}")).OfType<string>();
}
