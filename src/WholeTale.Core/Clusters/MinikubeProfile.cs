using System.Text.Json.Nodes;

namespace WholeTale.Core.Clusters;

/// <summary>A cluster as <c>minikube profile list --output=json</c> tells of it.</summary>
/// <param name="Name">The profile's name, which is the context's too.</param>
/// <param name="Status">Its state.</param>
/// <param name="Driver">What runs the machine.</param>
/// <param name="KubernetesVersion">The version it was made with.</param>
/// <param name="NodeCount">Its nodes.</param>
internal sealed record MinikubeProfile(string Name, ClusterStatus Status, string Driver, string KubernetesVersion, int NodeCount)
{
    internal static IEnumerable<MinikubeProfile> Read(JsonNode? list) =>
        ((list?["valid"] as JsonArray) ?? []).Select(node => Read(node, null))
            .Concat(((list?["invalid"] as JsonArray) ?? []).Select(node => Read(node, ClusterStatus.Error)))
            .OfType<MinikubeProfile>();

    private static MinikubeProfile? Read(JsonNode? node, ClusterStatus? status)
    {
        if (Text(node, "Name") is not { Length: > 0 } name)
            return null;
        var config = node!["Config"];
        return new MinikubeProfile(
            name, status ?? StatusOf(Text(node, "Status")), Text(config, "Driver"), Text(config?["KubernetesConfig"], "KubernetesVersion"),
            (config?["Nodes"] as JsonArray)?.Count ?? 0);
    }

    private static string Text(JsonNode? node, string key) => (string?)node?[key] ?? "";

    // "OK" is what minikube 1.33 and later say of a running one.
    private static ClusterStatus StatusOf(string status) => status switch
    {
        "Running" or "OK" => ClusterStatus.Running,
        "Starting" => ClusterStatus.Provisioning,
        "Stopped" or "Paused" => ClusterStatus.Stopped,
        "Stopping" => ClusterStatus.Reconciling,
        "Deleting" => ClusterStatus.Deleting,
        "Error" or "Misconfigured" or "InsufficientStorage" => ClusterStatus.Error,
        _ => ClusterStatus.Unknown,
    };
}
