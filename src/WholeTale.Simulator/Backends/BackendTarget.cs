using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Kubelet;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Backends;

/// <summary>Which container a request has reached, and how.</summary>
/// <param name="World">The cluster around it: objects and clock.</param>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod's name.</param>
/// <param name="Service">The Service it came through; empty when it went to the pod itself.</param>
/// <param name="Image">The container's image.</param>
/// <param name="Path">The path as the container sees it, with a leading slash.</param>
internal sealed record BackendTarget(World World, string Namespace, string Pod, string Service, string Image, string Path)
{
    /// <summary>The uid of a claim, by which a backend's data lives and dies; null when there is none.</summary>
    public string? ClaimUid(string claim) => World.Store.Get(World.Claim, Namespace, claim)?.Uid;

    /// <summary>The container's environment.</summary>
    public Dictionary<string, string> Environment() => Container() is var (pod, container) ? Mounts.Environment(World, pod, container) : [];

    /// <summary>A file that a ConfigMap or a Secret puts into the container; null where there is none.</summary>
    public byte[]? ReadFile(string path) => Container() is var (pod, container) ? Mounts.File(World, pod, container, path) : null;

    private (JsonObject Pod, JsonObject Container)? Container()
    {
        var pod = World.Store.Get(World.Pod, Namespace, Pod)?.Read();
        var container = pod?["spec"].Items("containers").FirstOrDefault(item => item["image"].Text() == Image);
        return container is null ? null : (pod!, container);
    }
}
