using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using WholeTale.Simulator.Gke.Messages;
using Type = WholeTale.Simulator.Gke.Messages.Operation.Types.Type;

namespace WholeTale.Simulator.Gke.Methods;

/// <summary>ClusterManager's methods for node pools.</summary>
internal sealed class NodePoolMethods(GkeProject project)
{
    public ListNodePoolsResponse List(ResourceName parent)
    {
        lock (project.Gate)
            return new ListNodePoolsResponse { NodePools = { project.Require(parent).Description.NodePools.Select(pool => pool.Clone()) } };
    }

    public NodePool Get(ResourceName name)
    {
        lock (project.Gate)
            return ClusterRules.Pool(project.Require(name).Description, name.NodePool).Clone();
    }

    public Operation Create(ResourceName parent, NodePool? wanted)
    {
        var pool = wanted?.Clone() ?? throw new GoogleError(Code.InvalidArgument, "Request must contain a node pool.");
        return project.Change(parent with { NodePool = pool.Name }, Type.CreateNodePool, "CreateNodePool", cluster =>
        {
            ClusterRules.Check(pool, ClusterRules.Channel(cluster));
            if (cluster.NodePools.Any(other => other.Name == pool.Name))
                throw new GoogleError(Code.AlreadyExists, $"Already exists: {parent.Short}/nodePools/{pool.Name}.");
            ClusterRules.Complete(pool, cluster, parent);
            pool.Status = NodePool.Types.Status.Provisioning;
            cluster.NodePools.Add(pool);
        });
    }

    public Operation Delete(ResourceName name) =>
        project.Change(name, Type.DeleteNodePool, "DeleteNodePool", cluster => cluster.NodePools.Remove(ClusterRules.Pool(cluster, name.NodePool)));

    public Operation SetSize(ResourceName name, int count) => project.Change(name, Type.SetNodePoolSize, "SetNodePoolSize", cluster =>
    {
        if (count is < 0 or > 1000)
            throw ClusterRules.Invalid("node_count", "must be from 0 to 1000");
        ClusterRules.Pool(cluster, name.NodePool).InitialNodeCount = count;
    });

    public Operation SetAutoscaling(ResourceName name, NodePoolAutoscaling? scaling) => project.Change(name, Type.UpdateCluster, "SetNodePoolAutoscaling", cluster =>
    {
        var pool = ClusterRules.Pool(cluster, name.NodePool);
        pool.Autoscaling = scaling?.Clone() ?? throw ClusterRules.Invalid("autoscaling", "must be given");
        ClusterRules.Check(pool, ClusterRules.Channel(cluster));
    });

    public Operation SetManagement(ResourceName name, NodeManagement? management) => project.Change(name, Type.SetNodePoolManagement, "SetNodePoolManagement", cluster =>
    {
        var pool = ClusterRules.Pool(cluster, name.NodePool);
        pool.Management = management?.Clone() ?? throw ClusterRules.Invalid("management", "must be given");
        ClusterRules.Check(pool, ClusterRules.Channel(cluster));
    });

    /// <summary>Changes a pool's version or configuration; its nodes are made anew, as GKE does it.</summary>
    public Operation Update(ResourceName name, UpdateNodePoolRequest update) => project.Change(name, Type.UpgradeNodes, "UpdateNodePool", cluster =>
    {
        var pool = ClusterRules.Pool(cluster, name.NodePool);
        if (update.Etag.Length > 0 && update.Etag != pool.Etag)
            throw new GoogleError(Code.Aborted, "The node pool has been changed since its etag was read.");
        if (update.NodeVersion.Length > 0)
            ClusterChanges.SetNodeVersion(cluster, pool, update.NodeVersion);
        if (update.Locations.Count > 0)
            ClusterChanges.SetLocations(pool, name, update.Locations);
        pool.UpgradeSettings = update.UpgradeSettings?.Clone() ?? pool.UpgradeSettings;
        var config = pool.Config;
        config.ImageType = update.ImageType.Length > 0 ? update.ImageType : config.ImageType;
        config.MachineType = update.MachineType.Length > 0 ? update.MachineType : config.MachineType;
        config.DiskType = update.DiskType.Length > 0 ? update.DiskType : config.DiskType;
        config.DiskSizeGb = update.DiskSizeGb > 0 ? (int)Math.Min(update.DiskSizeGb, int.MaxValue) : config.DiskSizeGb;
        config.WorkloadMetadataConfig = update.WorkloadMetadataConfig?.Clone() ?? config.WorkloadMetadataConfig;
        config.ContainerdConfig = update.ContainerdConfig?.Clone() ?? config.ContainerdConfig;
        if (update.Tags is { } tags)
            ClusterChanges.Replace(config.Tags, tags.Tags);
        if (update.Taints is { } taints)
            ClusterChanges.Replace(config.Taints, taints.Taints.Select(taint => taint.Clone()));
        if (update.Labels is { } labels)
            ClusterChanges.Replace(config.Labels, labels.Labels);
        if (update.ResourceLabels is { } resources)
            ClusterChanges.Replace(config.ResourceLabels, resources.Labels);
        ClusterRules.Check(pool, ClusterRules.Channel(cluster));
    });

    /// <summary>Rolls an upgrade back that was aborted or has failed. Upgrades here succeed: nothing is left to roll back, which is no error.</summary>
    public Operation Rollback(ResourceName name) =>
        project.Change(name, Type.UpgradeNodes, "RollbackNodePoolUpgrade", cluster => ClusterRules.Pool(cluster, name.NodePool));

    /// <summary>Ends the waiting of a blue-green upgrade; none goes on here.</summary>
    public Empty CompleteUpgrade(ResourceName name)
    {
        lock (project.Gate)
        {
            ClusterRules.Pool(project.Require(name).Description, name.NodePool);
            throw new GoogleError(Code.FailedPrecondition, $"Node pool \"{name.NodePool}\" has no upgrade in progress that could be completed.");
        }
    }
}
