using Google.Cloud.Container.V1;
using WholeTale.Core.Configuration;
using Messages = Google.Cloud.Container.V1;

namespace WholeTale.Gke.Creating;

/// <summary>The cluster that the settings describe, as Google's API wants it.</summary>
internal static class ClusterBlueprint
{
    /// <summary>The pool that the platform and the tales run on; Google gives the same name to a cluster's first.</summary>
    internal const string DefaultPool = "default-pool";

    /// <summary>The pool of the worker with its image builder, tainted for it alone.</summary>
    internal const string BuilderPool = "builder";

    // templates/worker.yaml tolerates and prefers it.
    private const string DedicatedKey = "wholetale.org/dedicated";

    /// <summary>Draws the cluster.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="project">The project's id, for the workload pool.</param>
    /// <param name="version">The control plane's version as the API knows it; empty for the default.</param>
    /// <param name="settings">What it is to be like.</param>
    internal static Messages.Cluster Draw(string name, string project, string version, Settings settings)
    {
        var gke = settings.Gke;
        var cluster = new Messages.Cluster
        {
            Name = name,
            Description = "Whole Tale, created by WholeTale for PowerShell",
            InitialClusterVersion = version,
            Network = gke.Network,
            Subnetwork = gke.Subnetwork,
            IpAllocationPolicy = new IPAllocationPolicy { UseIpAliases = true },
            ReleaseChannel = new ReleaseChannel { Channel = Enum.Parse<ReleaseChannel.Types.Channel>(gke.ReleaseChannel == "None" ? "Unspecified" : gke.ReleaseChannel) },
        };
        cluster.ResourceLabels.Add(Ownership.Labels(gke));
        // Autopilot has the Gateway API by itself; it does no harm to ask for it.
        if (settings.Ingress.GatewayClass.Length > 0)
            cluster.NetworkConfig = new NetworkConfig { GatewayApiConfig = new GatewayAPIConfig { Channel = GatewayAPIConfig.Types.Channel.Standard } };
        if (gke.PrivateNodes)
            cluster.PrivateClusterConfig = new PrivateClusterConfig { EnablePrivateNodes = true, MasterIpv4CidrBlock = gke.ControlPlaneCidr };
        if (gke.AuthorizedNetworks.Count > 0)
        {
            cluster.MasterAuthorizedNetworksConfig = new MasterAuthorizedNetworksConfig { Enabled = true };
            cluster.MasterAuthorizedNetworksConfig.CidrBlocks.AddRange(gke.AuthorizedNetworks.Select(range => new MasterAuthorizedNetworksConfig.Types.CidrBlock { CidrBlock_ = range }));
        }

        if (gke.Mode == "Autopilot")
        {
            // Autopilot refuses node pools, and brings Workload Identity and network policies by itself.
            cluster.Autopilot = new Autopilot { Enabled = true };
            if (Trust(settings) is { } registry)
                cluster.NodePoolDefaults = new NodePoolDefaults { NodeConfigDefaults = new NodeConfigDefaults { ContainerdConfig = registry } };
            return cluster;
        }

        if (settings.NetworkPolicies)
            (cluster.NetworkConfig ??= new NetworkConfig()).DatapathProvider = DatapathProvider.AdvancedDatapath;
        if (gke.WorkloadIdentity)
            cluster.WorkloadIdentityConfig = new WorkloadIdentityConfig { WorkloadPool = $"{project}.svc.id.goog" };
        cluster.NodePools.Add(Default(settings));
        if (gke.BuilderNodeCount > 0)
            cluster.NodePools.Add(Builder(settings));
        return cluster;
    }

    private static NodePool Default(Settings settings)
    {
        var gke = settings.Gke;
        var pool = Pool(DefaultPool, gke.NodeCount, gke.MachineType, gke.DiskSize, settings);
        pool.Config.Spot = gke.Spot;
        if (gke.MaxNodeCount > 0)
            pool.Autoscaling = new NodePoolAutoscaling { Enabled = true, MinNodeCount = gke.MinNodeCount, MaxNodeCount = gke.MaxNodeCount };
        return pool;
    }

    private static NodePool Builder(Settings settings)
    {
        var gke = settings.Gke;
        var pool = Pool(BuilderPool, gke.BuilderNodeCount, gke.BuilderMachineType, gke.BuilderDiskSize, settings);
        pool.Config.Labels.Add(DedicatedKey, BuilderPool);
        pool.Config.Taints.Add(new NodeTaint { Key = DedicatedKey, Value = BuilderPool, Effect = NodeTaint.Types.Effect.NoSchedule });
        return pool;
    }

    private static NodePool Pool(string name, int count, string machine, string disk, Settings settings)
    {
        var gke = settings.Gke;
        var pool = new NodePool
        {
            Name = name,
            InitialNodeCount = count,
            // A release channel demands both; without one the version is the operator's to choose.
            Management = new NodeManagement { AutoRepair = true, AutoUpgrade = gke.ReleaseChannel != "None" },
            Config = new NodeConfig
            {
                MachineType = machine,
                DiskSizeGb = Gigabytes(disk),
                DiskType = gke.DiskType,
                ServiceAccount = gke.NodeServiceAccount,
            },
        };
        pool.Config.OauthScopes.Add("https://www.googleapis.com/auth/cloud-platform");
        pool.Config.ResourceLabels.Add(Ownership.Labels(gke));
        if (gke.WorkloadIdentity)
            pool.Config.WorkloadMetadataConfig = new WorkloadMetadataConfig { Mode = WorkloadMetadataConfig.Types.Mode.GkeMetadata };
        if (Trust(settings) is { } registry)
            pool.Config.ContainerdConfig = registry;
        return pool;
    }

    // Nodes pull tales' images from the registry: containerd must trust its certificate.
    private static ContainerdConfig? Trust(Settings settings)
    {
        if (settings.Gke.RegistryCertificateSecret.Length == 0)
            return null;
        var domain = new ContainerdConfig.Types.PrivateRegistryAccessConfig.Types.CertificateAuthorityDomainConfig
        {
            GcpSecretManagerCertificateConfig = new() { SecretUri = settings.Gke.RegistryCertificateSecret },
        };
        domain.Fqdns.Add($"registry.{settings.Domain}");
        var access = new ContainerdConfig.Types.PrivateRegistryAccessConfig { Enabled = true };
        access.CertificateAuthorityDomainConfig.Add(domain);
        return new ContainerdConfig { PrivateRegistryAccessConfig = access };
    }

    // Google counts disks by 2^30 bytes and calls them GB.
    private static int Gigabytes(string quantity) =>
        Quantity.TryParse(quantity, out var bytes) ? (int)Math.Ceiling(bytes / (1024m * 1024 * 1024)) : throw new InvalidOperationException($"'{quantity}' passed for a quantity.");
}
