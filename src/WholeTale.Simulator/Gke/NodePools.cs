using System.Security.Cryptography;
using System.Text;
using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Scheduling;

namespace WholeTale.Simulator.Gke;

/// <summary>Makes the nodes of node pools, and takes them away.</summary>
internal static class NodePools
{
    /// <summary>Brings each pool's nodes in the cluster's Kubernetes to the number that the pool has by now.</summary>
    public static void Reconcile(LiveCluster cluster)
    {
        foreach (var gone in cluster.Nodes.Keys.Except(cluster.Description.NodePools.Select(pool => pool.Name)).ToList())
        {
            Resize(cluster, gone, null, 0);
            cluster.Nodes.Remove(gone);
        }

        foreach (var pool in cluster.Description.NodePools)
            Resize(cluster, pool.Name, pool, Size(cluster, pool));
        cluster.Description.CurrentNodeCount = cluster.Nodes.Sum(nodes => nodes.Value.Count);
    }

    // GKE counts nodes by zone.
    private static int Size(LiveCluster cluster, NodePool pool) => pool.InitialNodeCount * Math.Max(1, (pool.Locations.Count > 0 ? pool.Locations : cluster.Description.Locations).Count);

    private static void Resize(LiveCluster cluster, string name, NodePool? pool, int wanted)
    {
        if (!cluster.Nodes.TryGetValue(name, out var nodes))
            cluster.Nodes[name] = nodes = [];
        while (nodes.Count > wanted)
        {
            cluster.Kubernetes!.RemoveNode(nodes[^1]);
            nodes.RemoveAt(nodes.Count - 1);
        }

        while (nodes.Count < wanted)
        {
            var number = cluster.NextNode();
            var spec = Spec(cluster, pool!, number, nodes.Count);
            cluster.Kubernetes!.AddNode(spec, number);
            nodes.Add(spec.Name);
        }
    }

    private static NodeSpec Spec(LiveCluster cluster, NodePool pool, int number, int index)
    {
        var zones = pool.Locations.Count > 0 ? pool.Locations : cluster.Description.Locations;
        var zone = zones[index % zones.Count];
        var labels = new Dictionary<string, string>(pool.Config.Labels, StringComparer.Ordinal)
        {
            ["cloud.google.com/gke-nodepool"] = pool.Name,
            ["cloud.google.com/gke-os-distribution"] = "cos",
            ["cloud.google.com/machine-family"] = pool.Config.MachineType.Split('-')[0],
            ["node.kubernetes.io/instance-type"] = pool.Config.MachineType,
            ["topology.kubernetes.io/zone"] = zone,
            ["topology.kubernetes.io/region"] = zone[..^2],
        };
        if (pool.Config.Spot)
            labels["cloud.google.com/gke-spot"] = "true";
        // gke-CLUSTER-POOL-HASH-SUFFIX, and that nothing real stands behind it.
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{cluster.Name}/{pool.Name}/{zone}")))[..8];
        return new NodeSpec($"gke-simulated-{cluster.Name.Cluster}-{pool.Name}-{hash}-{number:d4}")
        {
            Labels = labels,
            Taints = [.. pool.Config.Taints.Select(taint => (taint.Key, taint.Value, Effect(taint.Effect)))],
            Capacity = Catalogue.Machine(pool.Config.MachineType, pool.Config.DiskSizeGb),
            ProviderId = $"gce://{SimulatedProject.Id}/{zone}/gke-simulated-{number:d4}",
        };
    }

    private static string Effect(NodeTaint.Types.Effect effect) => effect switch
    {
        NodeTaint.Types.Effect.NoExecute => "NoExecute",
        NodeTaint.Types.Effect.PreferNoSchedule => "PreferNoSchedule",
        _ => "NoSchedule",
    };
}
