using WholeTale.Tests;

namespace WholeTale.Simulator.Tests.Gke;

/// <summary>gcloud, Google's own client, works on the simulated Google as on the real one.</summary>
public sealed class GcloudTests
{
    private const string Zone = "--zone=us-central1-a";

    [Fact]
    public async Task Gcloud_leads_a_cluster_through_its_life()
    {
        await using var simulator = await SimulatorProcess.StartAsync("--gke");
        using var gcloud = await GcloudTool.RequireAsync(simulator);

        Assert.Contains("1.33.4-gke", await gcloud.RunAsync("container", "get-server-config", Zone, "--format=value(defaultClusterVersion)"), StringComparison.Ordinal);
        await gcloud.RunAsync("container", "clusters", "create", "tales", Zone, "--num-nodes=2", "--machine-type=e2-standard-4", "--labels=team=papers");
        Assert.Equal("RUNNING\t2\tpapers", (await gcloud.RunAsync("container", "clusters", "describe", "tales", Zone, "--format=value(status,currentNodeCount,resourceLabels.team)")).Trim());
        await gcloud.RunAsync("container", "clusters", "resize", "tales", Zone, "--num-nodes=3");
        await gcloud.RunAsync("container", "node-pools", "create", "builder", "--cluster=tales", Zone, "--num-nodes=1");
        Assert.Equal(["builder", "default-pool"], (await gcloud.RunAsync("container", "node-pools", "list", "--cluster=tales", Zone, "--format=value(name)")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        var operations = await gcloud.RunAsync("container", "operations", "list", "--format=value(operationType)");
        Assert.Equal(["CREATE_CLUSTER", "CREATE_NODE_POOL", "SET_NODE_POOL_SIZE"], operations.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());

        var again = await gcloud.TryAsync("container", "clusters", "create", "tales", Zone);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("code=409, message=Already exists: projects/simulated-project/zones/us-central1-a/clusters/tales.", again.Error, StringComparison.Ordinal);

        await gcloud.RunAsync("container", "clusters", "get-credentials", "tales", Zone);
        Assert.Equal(4, (await NodesAsync(gcloud, simulator)).Length);

        await gcloud.RunAsync("container", "clusters", "delete", "tales", Zone);
        Assert.Equal("", (await gcloud.RunAsync("container", "clusters", "list", "--format=value(name)")).Trim());
    }

    // gcloud's plugin for kubectl is a component of its own, which is rarely there: kubectl gets the token itself.
    private static async Task<string[]> NodesAsync(GcloudTool gcloud, SimulatorProcess simulator)
    {
        var token = (await gcloud.RunAsync("auth", "print-access-token")).Trim();
        var listed = await ClientTool.Find("kubectl", simulator).RunAsync("--kubeconfig", gcloud.Kubeconfig, "--token", token, "get", "nodes", "-o", "name");
        return listed.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
