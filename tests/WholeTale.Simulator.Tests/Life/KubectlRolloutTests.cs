using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WholeTale.Tests;
using static WholeTale.Tests.ClientTool;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>The real kubectl rolls workloads out and waits for them. What is expected is what kubectl and a real API server say.</summary>
public sealed partial class KubectlRolloutTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private const string RolledOut = "deployment \"web\" successfully rolled out\n";

    private ClientTool Kubectl => ClientTool.Find("kubectl", fixture.Simulator);

    [Fact]
    public async Task Rollout_follows_a_change_undoes_it_and_restarts()
    {
        var ns = await DeployedAsync(replicas: 3);
        Task<Outcome> RolloutAsync(params string[] arguments) => Kubectl.RunAsync(["-n", ns, "rollout", .. arguments]);
        async Task<string> FollowedAsync() => (await RolloutAsync("status", "deployment/web", "--timeout=30s")).Text;

        Assert.EndsWith(RolledOut, await FollowedAsync(), StringComparison.Ordinal);
        Assert.Equal(Failed("error: no rollout history found for deployment \"web\"\n"), await RolloutAsync("undo", "deployment/web"));
        Assert.Equal(Said("deployment.apps/web image updated\n"), await Kubectl.RunAsync("-n", ns, "set", "image", "deployment/web", "main=nginx:2"));
        Assert.EndsWith(RolledOut, await FollowedAsync(), StringComparison.Ordinal);
        Assert.Equal(Said("deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n"), await RolloutAsync("history", "deployment/web"));
        Assert.Contains("\n    Image:\tnginx:1\n", (await RolloutAsync("history", "deployment/web", "--revision=1")).Text, StringComparison.Ordinal);
        Assert.Equal(Failed("error: unable to find specified revision 9 in history\n"), await RolloutAsync("undo", "deployment/web", "--to-revision=9"));
        Assert.Equal(Said("deployment.apps/web rolled back (server dry run)\n"), await RolloutAsync("undo", "deployment/web", "--dry-run=server"));
        Assert.Equal(Said("deployment.apps/web rolled back\n"), await RolloutAsync("undo", "deployment/web"));
        Assert.EndsWith(RolledOut, await FollowedAsync(), StringComparison.Ordinal);
        Assert.Equal(Said("deployment.apps/web skipped rollback (current template already matches revision 3)\n"), await RolloutAsync("undo", "deployment/web", "--to-revision=3"));
        Assert.Equal(Said("deployment.apps/web restarted\n"), await RolloutAsync("restart", "deployment/web"));
        Assert.EndsWith(RolledOut, await FollowedAsync(), StringComparison.Ordinal);
        Assert.Equal(Failed("Error from server (NotFound): deployments.apps \"none\" not found\n"), await RolloutAsync("status", "deployment/none"));

        var deployment = await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web");
        Assert.Equal("nginx:1", (string?)deployment!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]);
        Assert.Equal("4", (string?)deployment["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"]);
    }

    [Fact]
    public async Task A_paused_deployment_rolls_nothing_out_until_it_is_resumed()
    {
        var ns = await DeployedAsync();
        Task<Outcome> RolloutAsync(string verb) => Kubectl.RunAsync("-n", ns, "rollout", verb, "deployment/web");
        await Kubectl.RunAsync("-n", ns, "rollout", "status", "deployment/web", "--timeout=30s");

        Assert.Equal(Said("deployment.apps/web paused\n"), await RolloutAsync("pause"));
        Assert.Equal(Failed("error: deployments.apps \"web\" is already paused\n"), await RolloutAsync("pause"));
        Assert.Equal(Failed("error: deployments.apps \"web\" can't restart paused deployment (run rollout resume first)\n"), await RolloutAsync("restart"));
        await Kubectl.RunAsync("-n", ns, "set", "image", "deployment/web", "main=nginx:2");
        await fixture.UntilAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web", found => (long?)found!["status"]!["observedGeneration"] == (long?)found["metadata"]!["generation"]);
        Assert.Single((await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/replicasets"))!["items"]!.AsArray());
        Assert.Equal(Said("deployment.apps/web resumed\n"), await RolloutAsync("resume"));
        Assert.EndsWith(RolledOut, (await Kubectl.RunAsync("-n", ns, "rollout", "status", "deployment/web", "--timeout=30s")).Text, StringComparison.Ordinal);
        Assert.Equal(2, (await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/replicasets"))!["items"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("StatefulSet", "statefulset", "partitioned roll out complete: 2 new pods have been updated...\n")]
    [InlineData("DaemonSet", "daemonset", "daemon set \"db\" successfully rolled out\n")]
    public async Task Rollout_of_the_other_kinds_follows_undoes_and_restarts(string kind, string resource, string done)
    {
        var ns = await fixture.NamespaceAsync();
        var spec = new JsonObject
        {
            ["selector"] = JsonNode.Parse("""{"matchLabels":{"app":"db"}}"""),
            ["template"] = JsonNode.Parse("""{"metadata":{"labels":{"app":"db"}},"spec":{"containers":[{"name":"main","image":"mongo:4"}]}}"""),
        };
        if (kind == "StatefulSet")
        {
            spec["serviceName"] = "db";
            spec["replicas"] = 2;
        }

        await fixture.ApplyAsync(
            new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = "db" }, ["spec"] = spec }.ToJsonString(),
            $"/apis/apps/v1/namespaces/{ns}/{resource}s/db");
        Task<Outcome> RolloutAsync(string verb, params string[] more) => Kubectl.RunAsync(["-n", ns, "rollout", verb, $"{resource}/db", .. more]);

        Assert.EndsWith(done, (await RolloutAsync("status", "--timeout=30s")).Text, StringComparison.Ordinal);
        Assert.Equal(Said($"{resource}.apps/db image updated\n"), await Kubectl.RunAsync("-n", ns, "set", "image", $"{resource}/db", "main=mongo:5"));
        Assert.EndsWith(done, (await RolloutAsync("status", "--timeout=30s")).Text, StringComparison.Ordinal);
        Assert.Equal(Said($"{resource}.apps/db \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n"), await RolloutAsync("history"));
        Assert.Equal(Said($"{resource}.apps/db rolled back\n"), await RolloutAsync("undo"));
        Assert.Equal(Said($"{resource}.apps/db restarted\n"), await RolloutAsync("restart"));
        Assert.EndsWith(done, (await RolloutAsync("status", "--timeout=30s")).Text, StringComparison.Ordinal);
        Assert.Equal(Said("mongo:4"), await Kubectl.RunAsync("-n", ns, "get", resource, "db", "-o", "jsonpath={.spec.template.spec.containers[0].image}"));
    }

    [Fact]
    public async Task Rollout_status_of_a_deployment_that_cannot_progress_fails()
    {
        var ns = await fixture.NamespaceAsync();
        var deployment = JsonNode.Parse(SimulatorFixture.Deployment("web", image: "registry.invalid/web:1"))!;
        deployment["spec"]!["progressDeadlineSeconds"] = 1;
        await fixture.ApplyAsync(deployment.ToJsonString(), $"/apis/apps/v1/namespaces/{ns}/deployments/web");

        var status = await Kubectl.RunAsync("-n", ns, "rollout", "status", "deployment/web", "--timeout=60s");

        Assert.Equal((1, "error: deployment \"web\" exceeded its progress deadline\n"), (status.ExitCode, status.Error));
    }

    [Fact]
    public async Task Wait_ends_when_what_it_waits_for_is_so()
    {
        var ns = await DeployedAsync();
        Task<Outcome> WaitAsync(params string[] arguments) => Kubectl.RunAsync(["-n", ns, "wait", "--timeout=30s", .. arguments]);

        Assert.Equal(Said("deployment.apps/web condition met\n"), await WaitAsync("--for=condition=Available", "deployment/web"));
        await Kubectl.RunAsync("-n", ns, "scale", "deployment/web", "--replicas=4");
        Assert.Equal(Said("deployment.apps/web condition met\n"), await WaitAsync("--for=jsonpath={.status.readyReplicas}=4", "deployment/web"));
        Assert.Equal(4, (await WaitAsync("--for=condition=Ready", "pod", "-l", "app=web")).Text.Split("condition met\n").Length - 1);
        await Kubectl.RunAsync("-n", ns, "scale", "deployment/web", "--replicas=0");
        var gone = await WaitAsync("--for=delete", "pod", "-l", "app=web");
        Assert.Equal((0, ""), (gone.ExitCode, gone.Error));
        Assert.Empty((await fixture.GetAsync($"/api/v1/namespaces/{ns}/pods"))!["items"]!.AsArray());
    }

    [Fact]
    public async Task Wait_says_what_did_not_come_to_be()
    {
        var ns = await DeployedAsync();

        // Of a watch that has hardly begun when the time is over, as it may where the machine is slow, kubectl complains too, in lines of its log (E1130 05:31:50...).
        async Task<Outcome> WaitAsync(params string[] arguments)
        {
            var outcome = await Kubectl.RunAsync(["-n", ns, "wait", "--timeout=3s", .. arguments]);
            return outcome with { Error = LogLine().Replace(outcome.Error, "") };
        }

        Assert.Equal(Failed("error: timed out waiting for the condition on deployments/web\n"), await WaitAsync("--for=condition=Odd", "deployment/web"));
        Assert.Equal(Failed("error: timed out waiting for the condition on deployments/web\n"), await WaitAsync("--for=delete", "deployment/web"));
        Assert.Equal(Failed("Error from server (NotFound): pods \"none\" not found\n"), await WaitAsync("--for=condition=Ready", "pod/none"));
        Assert.Equal(Failed("error: no matching resources found\n"), await WaitAsync("--for=condition=Ready", "pod", "-l", "app=none"));
    }

    [GeneratedRegex(@"^E\d{4} .*\n", RegexOptions.Multiline)]
    private static partial Regex LogLine();

    private async Task<string> DeployedAsync(int replicas = 1)
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web", replicas: replicas), $"/apis/apps/v1/namespaces/{ns}/deployments/web");
        return ns;
    }
}
