using System.Net;
using System.Text.RegularExpressions;
using WholeTale.Simulator.Gke.Messages;
using Google.Rpc;

namespace WholeTale.Simulator.Gke;

/// <summary>What GKE refuses of a new cluster or node pool, and what it fills in.</summary>
internal static partial class ClusterRules
{
    /// <exception cref="GoogleError">INVALID_ARGUMENT, with the field.</exception>
    public static void Check(Cluster cluster, string location)
    {
        // https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters: letters, digits, hyphens, at most 40.
        if (!Name().IsMatch(cluster.Name))
            throw Invalid("cluster.name", "must be at most 40 lower-case letters, digits and hyphens, beginning with a letter and ending with a letter or digit");
        if (!Catalogue.IsLocation(location))
            throw new GoogleError(Code.InvalidArgument, $"Location \"{location}\" does not exist.");
        if (cluster.NodePools.Count > 0 && cluster.InitialNodeCount > 0)
            throw Invalid("cluster.initial_node_count", "cannot be used together with cluster.node_pools");
        if (cluster.NodePools.Count == 0 && cluster.InitialNodeCount <= 0 && cluster.Autopilot?.Enabled != true)
            throw Invalid("cluster.initial_node_count", "must be greater than zero");
        if (Catalogue.Resolve(cluster.InitialClusterVersion, Channel(cluster)) is null)
            throw new GoogleError(Code.InvalidArgument, $"Master version \"{cluster.InitialClusterVersion}\" is unsupported.");
        if (cluster.PrivateClusterConfig is { MasterIpv4CidrBlock.Length: > 0 } isolated && !IsRange(isolated.MasterIpv4CidrBlock, 28))
            throw Invalid("cluster.private_cluster_config.master_ipv4_cidr_block", "must be a /28 range");
        if (cluster.PrivateClusterConfig?.EnablePrivateNodes == true && cluster.IpAllocationPolicy?.UseIpAliases != true)
            throw Invalid("cluster.private_cluster_config.enable_private_nodes", "requires cluster.ip_allocation_policy.use_ip_aliases");
        foreach (var range in cluster.MasterAuthorizedNetworksConfig?.CidrBlocks.Select(block => block.CidrBlock_) ?? [])
        {
            if (!IsRange(range, null))
                throw Invalid("cluster.master_authorized_networks_config.cidr_blocks", $"\"{range}\" is no range");
        }

        if (cluster.WorkloadIdentityConfig is { WorkloadPool: var workloads } && workloads != $"{SimulatedProject.Id}.svc.id.goog")
            throw Invalid("cluster.workload_identity_config.workload_pool", $"must be {SimulatedProject.Id}.svc.id.goog");
        if (cluster.NodePools.Select(pool => pool.Name).Distinct(StringComparer.Ordinal).Count() < cluster.NodePools.Count)
            throw Invalid("cluster.node_pools", "names must be unique");
        foreach (var pool in cluster.NodePools)
            Check(pool, Channel(cluster));
    }

    /// <exception cref="GoogleError">INVALID_ARGUMENT, with the field.</exception>
    public static void Check(NodePool pool, ReleaseChannel.Types.Channel channel)
    {
        if (!Name().IsMatch(pool.Name))
            throw Invalid("node_pool.name", "must be at most 40 lower-case letters, digits and hyphens");
        if (pool.InitialNodeCount is < 0 or > 1000)
            throw Invalid("node_pool.initial_node_count", "must be from 0 to 1000");
        if (pool.Config is { MachineType.Length: > 0 } config && Catalogue.Machine(config.MachineType, 100) is null)
            throw new GoogleError(Code.InvalidArgument, $"Machine type with name \"{config.MachineType}\" does not exist.");
        if (pool.Config is { DiskSizeGb: not 0 and < 10 })
            throw Invalid("node_pool.config.disk_size_gb", "must be at least 10");
        if (pool.Config is { Spot: true, Preemptible: true })
            throw Invalid("node_pool.config.spot", "cannot be used together with preemptible");
        if (pool.Autoscaling is { Enabled: true } scaling && scaling.MaxNodeCount < Math.Max(1, scaling.MinNodeCount) && scaling.TotalMaxNodeCount == 0)
            throw Invalid("node_pool.autoscaling.max_node_count", "must be at least min_node_count and greater than zero");
        if (channel != ReleaseChannel.Types.Channel.Unspecified && pool.Management is { } management && !(management.AutoRepair && management.AutoUpgrade))
            throw new GoogleError(Code.InvalidArgument, "Auto_upgrade and auto_repair must be true when release_channel is set.");
    }

    /// <summary>Fills in what the request leaves to Google.</summary>
    public static void Complete(Cluster cluster, ResourceName name)
    {
        cluster.Location = name.Location;
        cluster.Zone = name.Location;
        if (cluster.Locations.Count == 0)
            cluster.Locations.AddRange(Catalogue.ZonesOf(name.Location));
        cluster.ReleaseChannel ??= new ReleaseChannel { Channel = ReleaseChannel.Types.Channel.Regular };
        cluster.CurrentMasterVersion = Catalogue.Resolve(cluster.InitialClusterVersion, Channel(cluster))!;
        cluster.InitialClusterVersion = cluster.CurrentMasterVersion;
        cluster.CurrentNodeVersion = cluster.CurrentMasterVersion;
        cluster.Network = cluster.Network.Length > 0 ? cluster.Network : "default";
        cluster.Subnetwork = cluster.Subnetwork.Length > 0 ? cluster.Subnetwork : "default";
        cluster.IpAllocationPolicy ??= new IPAllocationPolicy { UseIpAliases = true };
        cluster.LoggingService = ClusterChanges.Service("logging", cluster.LoggingService);
        cluster.MonitoringService = ClusterChanges.Service("monitoring", cluster.MonitoringService);
        cluster.ShieldedNodes ??= new ShieldedNodes { Enabled = true };
        cluster.SelfLink = name.Link(SimulatedProject.Id);
        if (cluster.NodePools.Count == 0)
            cluster.NodePools.Add(new NodePool { Name = "default-pool", InitialNodeCount = Math.Max(1, cluster.InitialNodeCount), Config = cluster.NodeConfig?.Clone() });
        foreach (var pool in cluster.NodePools)
            Complete(pool, cluster, name);
        cluster.NodeConfig = cluster.NodePools[0].Config;
    }

    /// <summary>Fills in what the request leaves to Google.</summary>
    public static void Complete(NodePool pool, Cluster cluster, ResourceName name)
    {
        pool.Config ??= new NodeConfig();
        pool.Config.MachineType = pool.Config.MachineType.Length > 0 ? pool.Config.MachineType : "e2-medium";
        pool.Config.DiskSizeGb = pool.Config.DiskSizeGb > 0 ? pool.Config.DiskSizeGb : 100;
        pool.Config.DiskType = pool.Config.DiskType.Length > 0 ? pool.Config.DiskType : "pd-balanced";
        pool.Config.ImageType = pool.Config.ImageType.Length > 0 ? pool.Config.ImageType : "COS_CONTAINERD";
        pool.Config.ServiceAccount = pool.Config.ServiceAccount.Length > 0 ? pool.Config.ServiceAccount : "default";
        pool.Management ??= new NodeManagement { AutoRepair = true, AutoUpgrade = true };
        pool.Version = pool.Version.Length > 0 ? pool.Version : cluster.CurrentMasterVersion;
        if (pool.Locations.Count == 0)
            pool.Locations.AddRange(cluster.Locations);
        pool.SelfLink = (name with { NodePool = pool.Name }).Link(SimulatedProject.Id);
    }

    /// <summary>The channel that a cluster is in; a new one is in the regular channel unless it says otherwise.</summary>
    public static ReleaseChannel.Types.Channel Channel(Cluster cluster) => cluster.ReleaseChannel?.Channel ?? ReleaseChannel.Types.Channel.Regular;

    private static bool IsRange(string text, int? prefix) =>
        IPNetwork.TryParse(text, out var network) && (prefix is null || network.PrefixLength == prefix);

    /// <exception cref="GoogleError">The cluster has no such pool.</exception>
    public static NodePool Pool(Cluster cluster, string name) =>
        cluster.NodePools.FirstOrDefault(pool => pool.Name == name) ?? throw new GoogleError(Code.NotFound, $"Not found: node pool \"{name}\" not found.");

    /// <summary>A field that is refused.</summary>
    public static GoogleError Invalid(string field, string why) => new(
        Code.InvalidArgument, $"Invalid value for field \"{field}\": {why}.", new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = why } } });

    [GeneratedRegex("^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
