using System.Text.Json.Nodes;
using WholeTale.Tests;

namespace WholeTale.Simulator.Tests.Gke;

/// <summary>gcloud, Google's own client, works on the simulated Google as on the real one: what it prints and how it ends is what it does with GKE.</summary>
public sealed class GcloudTests
{
    private const string Zone = "--zone=us-central1-a";
    private const string Version = "1.33.4-gke.1036000";

    [Fact]
    public async Task Gcloud_leads_a_cluster_through_its_life()
    {
        await using var simulator = await SimulatorProcess.StartAsync("--gke");
        using var gcloud = await GcloudTool.RequireAsync(simulator);
        var link = $"{simulator.State["gke"]!["endpoint"]}/v1/projects/simulated-project/zones/us-central1-a/clusters/tales";
        Task<(int ExitCode, string Output, string Error)> ClustersAsync(params string[] arguments) => gcloud.TryAsync(["container", "clusters", .. arguments]);

        var created = await ClustersAsync("create", "tales", Zone, "--num-nodes=2", "--machine-type=e2-standard-4", "--labels=team=papers");
        var listed = await ClustersAsync("list");
        var described = await ClustersAsync("describe", "tales", Zone, "--format=json");
        var credentials = await ClustersAsync("get-credentials", "tales", Zone);
        var before = await NodesAsync(gcloud, simulator);
        var resized = await ClustersAsync("resize", "tales", Zone, "--num-nodes=3");
        var pool = await gcloud.TryAsync("container", "node-pools", "create", "builder", "--cluster=tales", Zone, "--num-nodes=1");
        var after = await NodesAsync(gcloud, simulator);
        var pools = await gcloud.TryAsync("container", "node-pools", "list", "--cluster=tales", Zone);
        var deleted = await ClustersAsync("delete", "tales", Zone);
        var empty = await ClustersAsync("list");
        var operations = await gcloud.TryAsync("container", "operations", "list", "--format=value(operationType,status)", "--sort-by=startTime");

        const string Row = "NAME   LOCATION       MASTER_VERSION      MASTER_IP        MACHINE_TYPE   NODE_VERSION        NUM_NODES  STATUS\n"
            + "tales  us-central1-a  " + Version + "  {0}  e2-standard-4  " + Version + "  2          RUNNING\n";
        var cluster = JsonNode.Parse(described.Output)!;
        var table = string.Format(System.Globalization.CultureInfo.InvariantCulture, Row, cluster["endpoint"]);
        Assert.Equal((0, Words(table)), (created.ExitCode, Words(created.Output)));
        Assert.EndsWith(
            $"done.\nCreated [{link}].\nTo inspect the contents of your cluster, go to: https://console.cloud.google.com/kubernetes/workload_/gcloud/us-central1-a/tales?project=simulated-project\n"
            + "kubeconfig entry generated for tales.\n",
            created.Error, StringComparison.Ordinal);
        Assert.Equal((0, Words(table), ""), (listed.ExitCode, Words(listed.Output), listed.Error));
        Assert.Equal((0, ""), (described.ExitCode, described.Error));
        Assert.Equal(("tales", "us-central1-a", 2, "papers"), ((string?)cluster["name"], (string?)cluster["location"], (int?)cluster["currentNodeCount"], (string?)cluster["resourceLabels"]!["team"]));
        Assert.Equal((0, "", "Fetching cluster endpoint and auth data.\nkubeconfig entry generated for tales.\n"), credentials);
        Assert.Equal(2, before.Length);
        Assert.Equal((0, ""), (resized.ExitCode, resized.Output));
        Assert.Matches($@"^Resizing tales\.\.\.\n\.*done\.\nUpdated \[{link}\]\.\n$", resized.Error);
        Assert.Equal((0, Words($"NAME MACHINE_TYPE DISK_SIZE_GB NODE_VERSION\nbuilder e2-medium 100 {Version}\n")), (pool.ExitCode, Words(pool.Output)));
        Assert.EndsWith($"done.\nCreated [{link}/nodePools/builder].\n", pool.Error, StringComparison.Ordinal);
        Assert.Equal(4, after.Length);
        Assert.Equal(
            (0, Words($"NAME MACHINE_TYPE DISK_SIZE_GB NODE_VERSION\ndefault-pool e2-standard-4 100 {Version}\nbuilder e2-medium 100 {Version}\n"), ""),
            (pools.ExitCode, Words(pools.Output), pools.Error));
        Assert.Equal((0, ""), (deleted.ExitCode, deleted.Output));
        Assert.Matches($@"^Deleting cluster tales\.\.\.\n\.*done\.\nDeleted \[{link}\]\.\n$", deleted.Error);
        Assert.Equal((0, "", ""), empty);
        Assert.Equal((0, "CREATE_CLUSTER\tDONE\nSET_NODE_POOL_SIZE\tDONE\nCREATE_NODE_POOL\tDONE\nDELETE_CLUSTER\tDONE\n", ""), operations);
    }

    [Fact]
    public async Task Gcloud_acts_as_another_account_and_logs_in_from_a_CI_system()
    {
        await using var simulator = await SimulatorProcess.StartAsync("--gke");
        using var gcloud = await GcloudTool.RequireAsync(simulator);
        var account = (string)simulator.State["gke"]!["impersonatedAccount"]!;

        var acting = await gcloud.TryAsync("container", "clusters", "list", $"--impersonate-service-account={account}");
        var unknown = await gcloud.TryAsync("container", "clusters", "list", "--impersonate-service-account=none@simulated-project.iam.gserviceaccount.com");
        var login = await gcloud.TryAsync("auth", "login", $"--cred-file={simulator.State["gke"]!["externalAccountFile"]}");
        var federated = await gcloud.TryAsync("container", "clusters", "list");

        Assert.Equal((0, ""), (acting.ExitCode, acting.Output));
        Assert.Contains($"All API calls will be executed as [{account}].", acting.Error, StringComparison.Ordinal);
        Assert.Equal((1, ""), (unknown.ExitCode, unknown.Output));
        Assert.Contains("Not found; Gaia id not found for email none@simulated-project.iam.gserviceaccount.com", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(0, login.ExitCode);
        Assert.Contains($"Authenticated with external account credentials for: [{account}].", login.Error, StringComparison.Ordinal);
        Assert.Equal((0, "", ""), federated);
    }

    [Fact]
    public async Task Gcloud_is_refused_as_Google_refuses()
    {
        await using var simulator = await SimulatorProcess.StartAsync("--gke");
        using var gcloud = await GcloudTool.RequireAsync(simulator);
        const string Missing = "Not found: projects/simulated-project/zones/us-central1-a/clusters/none.";
        await gcloud.RunAsync("container", "clusters", "create", "tales", Zone, "--num-nodes=1");

        foreach (var (expected, arguments) in new (string, string[])[]
        {
            ("(gcloud.container.clusters.create) ResponseError: code=409, message=Already exists: projects/simulated-project/zones/us-central1-a/clusters/tales.", ["create", "tales"]),
            ("(gcloud.container.clusters.create) ResponseError: code=400, message=Machine type with name \"x9-huge-1\" does not exist.", ["create", "others", "--machine-type=x9-huge-1"]),
            ($"(gcloud.container.clusters.describe) ResponseError: code=404, message={Missing}", ["describe", "none"]),
            ($"(gcloud.container.clusters.get-credentials) ResponseError: code=404, message={Missing}", ["get-credentials", "none"]),
            ($"(gcloud.container.clusters.resize) NOT_FOUND: {Missing}", ["resize", "none", "--num-nodes=1"]),
            ("(gcloud.container.clusters.resize) No node pool named 'none' in tales.", ["resize", "tales", "--node-pool=none", "--num-nodes=1"]),
            ($"args: [\"ResponseError: code=404, message={Missing}", ["delete", "none"]),
        })
        {
            var refused = await gcloud.TryAsync(["container", "clusters", .. arguments, Zone]);
            Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
            Assert.Contains(expected, refused.Error, StringComparison.Ordinal);
        }
    }

    // How wide columns are depends on the port of the cluster's address.
    private static string Words(string table) => string.Join('\n', table.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    // gcloud's plugin for kubectl is a component of its own: where it is not installed, kubectl is given the token.
    private static async Task<string[]> NodesAsync(GcloudTool gcloud, SimulatorProcess simulator)
    {
        string[] login = GcloudTool.Locate("gke-gcloud-auth-plugin") is null ? ["--token", (await gcloud.RunAsync("auth", "print-access-token")).Trim()] : [];
        var listed = await ClientTool.Find("kubectl", simulator).RunAsync("", ["--kubeconfig", gcloud.Kubeconfig, .. login, "get", "nodes", "-o", "name"], gcloud.Environment);
        return listed.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
