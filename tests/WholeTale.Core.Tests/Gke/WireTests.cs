using Google.Cloud.Container.V1;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using States = Google.Cloud.Container.V1.Cluster.Types.Status;

namespace WholeTale.Core.Tests.Gke;

/// <summary>
/// What goes over the wire, by field numbers and without our own messages, so that a number that is wrong at both ends cannot pass. The numbers are those of the public API reference
/// (<see href="https://cloud.google.com/kubernetes-engine/docs/reference/rpc/google.container.v1"/>), message by message.
/// </summary>
public sealed class WireTests
{
    [Fact]
    public async Task Each_request_names_its_resource_in_the_field_of_the_reference()
    {
        await using var world = await GkeWorld.StartAsync(Answer);
        var cluster = await world.CreateAsync();
        await world.Provider.AdjustAsync(cluster, new ClusterAdjustment { NodeCount = 7, NodePool = "default-pool", DeletionProtection = true }, world, TestContext.Current.CancellationToken);
        await world.Provider.DeleteAsync(cluster with { Connection = null }, force: false, world, TestContext.Current.CancellationToken);

        var expected = new Dictionary<string, string[]>
        {
            // GetClusterRequest.name = 5
            ["GetCluster"] = ["5=projects/the-project/locations/us-central1-a/clusters/tales"],
            // ListClustersRequest.parent = 4
            ["ListClusters"] = ["4=projects/the-project/locations/-"],
            // GetServerConfigRequest.name = 4
            ["GetServerConfig"] = ["4=projects/the-project/locations/us-central1-a"],
            // GetOperationRequest.name = 5
            ["GetOperation"] = ["5=projects/the-project/locations/us-central1-a/operations/operation-1"],
            // SetNodePoolSizeRequest.node_count = 5, .name = 7
            ["SetNodePoolSize"] = ["5=7", "7=projects/the-project/locations/us-central1-a/clusters/tales/nodePools/default-pool"],
            // SetLabelsRequest.resource_labels = 4 (map entries: key = 1, value = 2), .label_fingerprint = 5, .name = 7
            ["SetLabels"] = ["4.1=managed-by", "4.2=wholetale", "4.1=wholetale-deletion-protection", "4.2=on", "5=abc", "7=projects/the-project/locations/us-central1-a/clusters/tales"],
            // DeleteClusterRequest.name = 4
            ["DeleteCluster"] = ["4=projects/the-project/locations/us-central1-a/clusters/tales"],
        };
        foreach (var (method, fields) in expected)
        {
            var call = world.Stub.Calls.First(sent => sent.Method == method);
            Assert.Equal($"/google.container.v1.ClusterManager/{method}", call.Path);
            Assert.Equal(fields, WireFields.Read(call.Message, new HashSet<string> { "4" }.Where(_ => method == "SetLabels").ToHashSet()));
            Assert.Equal("Bearer ya29.a-token", call.Headers["authorization"]);
        }
    }

    [Fact]
    public async Task A_cluster_is_described_in_the_fields_of_the_reference()
    {
        await using var world = await GkeWorld.StartAsync(Answer);
        await world.CreateAsync(world.Request(gke => gke with
        {
            NodeCount = 3, MinNodeCount = 1, MaxNodeCount = 9, Spot = true, BuilderNodeCount = 2, Network = "net", Subnetwork = "sub", PrivateNodes = true, ControlPlaneCidr = "172.16.0.0/28",
            AuthorizedNetworks = ["203.0.113.0/24"], KubernetesVersion = "1.33", Labels = new Dictionary<string, string> { ["team"] = "papers" }, NodeServiceAccount = "nodes@the-project.iam.gserviceaccount.com",
            RegistryCertificateSecret = "projects/p/secrets/s/versions/1",
        }));

        var sent = WireFields.Read(world.Stub.Calls.Single(call => call.Method == "CreateCluster").Message, Messages);
        Assert.Equal(Described, sent);
    }

    [Fact]
    public async Task An_autopilot_cluster_names_no_node_pool()
    {
        await using var world = await GkeWorld.StartAsync(Answer);
        await world.CreateAsync(world.Request(gke => gke with { Mode = "Autopilot" }));

        var sent = WireFields.Read(world.Stub.Calls.Single(call => call.Method == "CreateCluster").Message, Messages);
        // Cluster.autopilot = 128, Autopilot.enabled = 1; Cluster.node_pools = 12
        Assert.Contains("3.128.1=1", sent);
        Assert.DoesNotContain(sent, field => field.StartsWith("3.12.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cluster_for_a_Gateway_has_the_Gateway_API_switched_on()
    {
        await using var world = await GkeWorld.StartAsync(Answer);
        var request = world.Request();
        await world.CreateAsync(request with { Settings = request.Settings with { Settings = request.Settings.Settings with { Ingress = new IngressSettings { GatewayClass = "gke-l7-global-external-managed" } } } });

        // Cluster.network_config = 27, NetworkConfig.gateway_api_config = 16, GatewayAPIConfig.channel = 1: CHANNEL_STANDARD = 4
        Assert.Contains("3.27.16.1=4", WireFields.Read(world.Stub.Calls.Single(call => call.Method == "CreateCluster").Message, Messages));
    }

    // CreateClusterRequest.cluster = 3, .parent = 5. Within Cluster:
    private static readonly string[] Described =
    [
        "3.1=tales", // name
        "3.2=Whole Tale, created by WholeTale for PowerShell", // description
        "3.8=net", // network
        "3.11=sub", // subnetwork
        // node_pools = 12. NodePool: name = 1, config = 2, initial_node_count = 3, autoscaling = 4, management = 5
        "3.12.1=default-pool",
        "3.12.2.1=n1-highmem-2", // NodeConfig.machine_type
        "3.12.2.2=100", // disk_size_gb
        "3.12.2.3=https://www.googleapis.com/auth/cloud-platform", // oauth_scopes
        "3.12.2.9=nodes@the-project.iam.gserviceaccount.com", // service_account
        "3.12.2.12=pd-balanced", // disk_type
        "3.12.2.14.2=2", // workload_metadata_config: mode GKE_METADATA
        "3.12.2.32=1", // spot
        "3.12.2.37.1=team", "3.12.2.37.2=papers", "3.12.2.37.1=managed-by", "3.12.2.37.2=wholetale", // resource_labels
        "3.12.2.43.1.1=1", // containerd_config.private_registry_access_config.enabled
        "3.12.2.43.1.2.1=registry.local.wholetale.org", // certificate_authority_domain_config.fqdns
        "3.12.2.43.1.2.2.1=projects/p/secrets/s/versions/1", // gcp_secret_manager_certificate_config.secret_uri
        "3.12.3=3",
        "3.12.4.1=1", "3.12.4.2=1", "3.12.4.3=9", // NodePoolAutoscaling: enabled, min_node_count, max_node_count
        "3.12.5.1=1", "3.12.5.2=1", // NodeManagement: auto_upgrade, auto_repair
        "3.12.1=builder",
        "3.12.2.1=e2-highmem-4",
        "3.12.2.2=200",
        "3.12.2.3=https://www.googleapis.com/auth/cloud-platform",
        "3.12.2.6.1=wholetale.org/dedicated", "3.12.2.6.2=builder", // labels
        "3.12.2.9=nodes@the-project.iam.gserviceaccount.com",
        "3.12.2.12=pd-balanced",
        "3.12.2.14.2=2",
        "3.12.2.15.1=wholetale.org/dedicated", "3.12.2.15.2=builder", "3.12.2.15.3=1", // taints: key, value, effect NO_SCHEDULE
        "3.12.2.37.1=team", "3.12.2.37.2=papers", "3.12.2.37.1=managed-by", "3.12.2.37.2=wholetale",
        "3.12.2.43.1.1=1", "3.12.2.43.1.2.1=registry.local.wholetale.org", "3.12.2.43.1.2.2.1=projects/p/secrets/s/versions/1",
        "3.12.3=2",
        "3.12.5.1=1", "3.12.5.2=1",
        "3.15.1=team", "3.15.2=papers", "3.15.1=managed-by", "3.15.2=wholetale", // resource_labels
        "3.20.1=1", // ip_allocation_policy.use_ip_aliases
        "3.22.1=1", "3.22.2.2=203.0.113.0/24", // master_authorized_networks_config: enabled, cidr_blocks.cidr_block
        "3.27.11=2", // network_config.datapath_provider ADVANCED_DATAPATH
        "3.37.1=1", "3.37.3=172.16.0.0/28", // private_cluster_config: enable_private_nodes, master_ipv4_cidr_block
        "3.41.1=2", // release_channel.channel REGULAR
        "3.43.2=the-project.svc.id.goog", // workload_identity_config.workload_pool
        "3.103=1.33", // initial_cluster_version
        "5=projects/the-project/locations/us-central1-a",
    ];

    private static readonly HashSet<string> Messages =
    [
        "3", "3.12", "3.12.2", "3.12.2.6", "3.12.2.14", "3.12.2.15", "3.12.2.37", "3.12.2.43", "3.12.2.43.1", "3.12.2.43.1.2", "3.12.2.43.1.2.2", "3.12.4", "3.12.5",
        "3.15", "3.20", "3.22", "3.22.2", "3.27", "3.27.16", "3.37", "3.41", "3.43", "3.128",
    ];

    private static StubAnswer Answer(SentCall call) => call.Method switch
    {
        "GetCluster" when call.Earlier == 0 => StubAnswer.Error(Grpc.Core.StatusCode.NotFound, "Not found: projects/the-project/zones/us-central1-a/clusters/tales."),
        "GetCluster" => StubAnswer.Of(new Google.Cloud.Container.V1.Cluster(GkeWorld.Cluster(States.Running)) { LabelFingerprint = "abc", NodePools = { new NodePool { Name = "default-pool" } } }),
        "GetServerConfig" => StubAnswer.Of(new ServerConfig { ValidMasterVersions = { "1.33.4-gke.1036000" } }),
        "ListClusters" => StubAnswer.Of(new ListClustersResponse()),
        "GetOperation" => StubAnswer.Of(GkeWorld.Operation(Operation.Types.Status.Done)),
        _ => StubAnswer.Of(GkeWorld.Operation(Operation.Types.Status.Running)),
    };
}
