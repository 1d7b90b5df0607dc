using System.Security.Cryptography;
using System.Text;
using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Scheduling;

namespace WholeTale.Simulator.Gke;

/// <summary>Makes the nodes of node pools, and takes them away.</summary>
internal static class NodePools
{
    /// <summary>Brings each pool's nodes in the cluster's Kubernetes to the number that the pool has by now, in each of its zones.</summary>
    public static void Reconcile(LiveCluster cluster)
    {
        foreach (var gone in cluster.Nodes.Keys.Except(cluster.Description.NodePools.Select(pool => pool.Name)).ToList())
        {
            cluster.Nodes[gone].ToList().ForEach(node => Remove(cluster, gone, node));
            cluster.Nodes.Remove(gone);
            cluster.Templates.Remove(gone);
        }

        foreach (var pool in cluster.Description.NodePools)
        {
            if (!cluster.Nodes.ContainsKey(pool.Name))
                cluster.Nodes[pool.Name] = [];
            Renew(cluster, pool);
            Resize(cluster, pool);
        }

        cluster.Description.CurrentNodeCount = cluster.Nodes.Sum(nodes => nodes.Value.Count);
    }

    // Nodes of another version or configuration are replaced one by one, a new one first (a surge upgrade with max_surge 1).
    private static void Renew(LiveCluster cluster, NodePool pool)
    {
        var template = $"{pool.Version} {pool.Config}";
        if (cluster.Templates.TryGetValue(pool.Name, out var made) && made != template)
        {
            foreach (var old in cluster.Nodes[pool.Name].ToList())
            {
                Add(cluster, pool, old.Zone);
                Remove(cluster, pool.Name, old);
            }
        }

        cluster.Templates[pool.Name] = template;
    }

    // GKE counts nodes by zone.
    private static void Resize(LiveCluster cluster, NodePool pool)
    {
        var nodes = cluster.Nodes[pool.Name];
        var zones = pool.Locations.Count > 0 ? pool.Locations : cluster.Description.Locations;
        nodes.Where(node => !zones.Contains(node.Zone)).ToList().ForEach(node => Remove(cluster, pool.Name, node));
        foreach (var zone in zones)
        {
            var there = nodes.Where(node => node.Zone == zone).ToList();
            there[Math.Min(there.Count, pool.InitialNodeCount)..].ForEach(node => Remove(cluster, pool.Name, node));
            for (var count = there.Count; count < pool.InitialNodeCount; count++)
                Add(cluster, pool, zone);
        }
    }

    private static void Add(LiveCluster cluster, NodePool pool, string zone)
    {
        var number = cluster.NextNode();
        var spec = Spec(cluster, pool, number, zone);
        cluster.Kubernetes!.AddNode(spec, number);
        cluster.Nodes[pool.Name].Add((spec.Name, zone));
    }

    private static void Remove(LiveCluster cluster, string pool, (string Name, string Zone) node)
    {
        cluster.Kubernetes!.RemoveNode(node.Name);
        cluster.Nodes[pool].Remove(node);
    }

    private static NodeSpec Spec(LiveCluster cluster, NodePool pool, int number, string zone)
    {
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
            Version = SimulatedProject.Version(pool.Version),
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
