using System.Text.Json.Nodes;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Gke.Removing;

/// <summary>
/// What Google keeps after a cluster is deleted, and charges for: disks of persistent volumes, load balancers of Services and Ingresses
/// (<see href="https://cloud.google.com/kubernetes-engine/docs/how-to/deleting-a-cluster"/>). Read from the cluster before it goes.
/// </summary>
internal static class Leftovers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>A sentence for each thing. A cluster that does not answer is deleted all the same, and that is said.</summary>
    internal static async Task<IReadOnlyList<string>> FindAsync(Cluster cluster, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        if (cluster.Connection is null)
            return [];
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            var client = ApiClient.For(cluster.Connection);
            var volumes = await client.ListAsync(ResourceTypes.PersistentVolume, null, null, deadline.Token);
            var services = await client.ListAsync(ResourceTypes.Service, null, null, deadline.Token);
            var ingresses = await client.ListAsync(ResourceTypes.Ingress, null, null, deadline.Token);
            return
            [
                .. volumes.Items.Select(Disk).OfType<string>(),
                .. services.Items.Where(service => Text(service, "spec", "type") == "LoadBalancer").Select(service => Balancer(service, "Service")).OfType<string>(),
                .. ingresses.Items.Select(ingress => Balancer(ingress, "Ingress")).OfType<string>(),
            ];
        }
        catch (Exception exception) when (exception is ApiException or ClusterException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            progress.Report(new VerboseReport($"What {cluster.Name} leaves behind at Google could not be read: {exception.Message}"));
            return [$"Google may keep disks, load balancers and addresses of the cluster {cluster.Name}, which did not answer before it was deleted. Look for them with 'gcloud compute disks list' and 'gcloud compute forwarding-rules list': they cost money."];
        }
    }

    // The cluster's end is no deletion of a claim: even volumes of the class's policy Delete keep their disks.
    private static string? Disk(JsonObject volume)
    {
        var handle = Text(volume, "spec", "csi", "volumeHandle");
        var disk = handle.Length > 0 ? handle : Text(volume, "spec", "gcePersistentDisk", "pdName");
        return disk.Length == 0 ? null
            : $"Google keeps the disk {disk} ({Text(volume, "spec", "capacity", "storage")}) of the claim {Text(volume, "spec", "claimRef", "namespace")}/{Text(volume, "spec", "claimRef", "name")}, "
              + "and charges for it. Delete it with 'gcloud compute disks delete' when its data is not needed.";
    }

    private static string? Balancer(JsonObject item, string kind) =>
        (item["status"]?["loadBalancer"]?["ingress"] as JsonArray)?.OfType<JsonObject>().Select(address => Text(address, "ip")).FirstOrDefault(ip => ip.Length > 0) is { } ip
            ? $"Google keeps the load balancer with the address {ip} of the {kind} {Text(item, "metadata", "namespace")}/{Text(item, "metadata", "name")}, and charges for it. "
              + "Delete it with 'gcloud compute forwarding-rules delete'; next time run 'Remove-WholeTale' before 'Remove-WTCluster', which gives it back."
            : null;

    private static string Text(JsonObject item, params ReadOnlySpan<string> path)
    {
        JsonNode? node = item;
        foreach (var step in path)
            node = (node as JsonObject)?[step];
        return node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
    }
}
