using System.Text.Json.Nodes;
using WholeTale.Tests;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>The real kubectl: each command's output and exit code are what a real cluster gives.</summary>
public sealed class KubectlTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private ClientTool Kubectl => ClientTool.Find("kubectl", fixture.Simulator);

    [Fact]
    public async Task Rollout_follows_a_change_undoes_it_and_restarts()
    {
        var ns = await fixture.NamespaceAsync();
        await Kubectl.RunAsync(SimulatorFixture.Deployment("web", replicas: 3), ["-n", ns, "apply", "-f", "-", "--validate=false"]);

        var first = await Kubectl.RunAsync("-n", ns, "rollout", "status", "deployment/web", "--timeout=30s");
        var changed = await Kubectl.RunAsync("-n", ns, "set", "image", "deployment/web", "main=nginx:2");
        var second = await Kubectl.RunAsync("-n", ns, "rollout", "status", "deployment/web", "--timeout=30s");
        var history = await Kubectl.RunAsync("-n", ns, "rollout", "history", "deployment/web");
        var undone = await Kubectl.RunAsync("-n", ns, "rollout", "undo", "deployment/web");
        var third = await Kubectl.RunAsync("-n", ns, "rollout", "status", "deployment/web", "--timeout=30s");
        var restarted = await Kubectl.RunAsync("-n", ns, "rollout", "restart", "deployment/web");
        var fourth = await Kubectl.RunAsync("-n", ns, "rollout", "status", "deployment/web", "--timeout=30s");
        var deployment = await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web");

        Assert.EndsWith("deployment \"web\" successfully rolled out\n", first.Text, StringComparison.Ordinal);
        Assert.Equal("deployment.apps/web image updated\n", changed.Text);
        Assert.EndsWith("deployment \"web\" successfully rolled out\n", second.Text, StringComparison.Ordinal);
        Assert.Equal("deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n", history.Text);
        Assert.Equal("deployment.apps/web rolled back\n", undone.Text);
        Assert.EndsWith("deployment \"web\" successfully rolled out\n", third.Text, StringComparison.Ordinal);
        Assert.Equal("deployment.apps/web restarted\n", restarted.Text);
        Assert.EndsWith("deployment \"web\" successfully rolled out\n", fourth.Text, StringComparison.Ordinal);
        Assert.Equal("nginx:1", (string?)deployment!["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]);
        Assert.Equal("4", (string?)deployment["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"]);
    }

    [Fact]
    public async Task Rollout_status_of_a_deployment_that_cannot_progress_fails()
    {
        var ns = await fixture.NamespaceAsync();
        var deployment = JsonNode.Parse(SimulatorFixture.Deployment("web", image: "registry.invalid/web:1"))!;
        deployment["spec"]!["progressDeadlineSeconds"] = 1;
        await fixture.ApplyAsync(deployment.ToJsonString(), $"/apis/apps/v1/namespaces/{ns}/deployments/web");

        var status = await Kubectl.RunAsync("-n", ns, "rollout", "status", "deployment/web", "--timeout=60s");

        Assert.Equal(1, status.ExitCode);
        Assert.Equal("error: deployment \"web\" exceeded its progress deadline\n", status.Error);
    }

    [Fact]
    public async Task Wait_and_scale_do_what_they_say()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web"), $"/apis/apps/v1/namespaces/{ns}/deployments/web");

        var waited = await Kubectl.RunAsync("-n", ns, "wait", "--for=condition=Available", "deployment/web", "--timeout=30s");
        var scaled = await Kubectl.RunAsync("-n", ns, "scale", "deployment/web", "--replicas=4");
        var ready = await Kubectl.RunAsync("-n", ns, "wait", "--for=jsonpath={.status.readyReplicas}=4", "deployment/web", "--timeout=30s");
        await Kubectl.RunAsync("-n", ns, "scale", "deployment/web", "--replicas=0");
        var gone = await Kubectl.RunAsync("-n", ns, "wait", "--for=delete", "pod", "-l", "app=web", "--timeout=30s");

        Assert.Equal("deployment.apps/web condition met\n", waited.Text);
        Assert.Equal("deployment.apps/web scaled\n", scaled.Text);
        Assert.Equal("deployment.apps/web condition met\n", ready.Text);
        Assert.Equal(0, gone.ExitCode);
    }

    [Fact]
    public async Task Logs_follow_a_container_to_its_end_and_show_the_run_before()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(
            SimulatorFixture.Pod("worker", """{"name":"main","image":"busybox","command":["sh","-c","echo one; echo two; sleep 1; exit 2"]}"""),
            $"/api/v1/namespaces/{ns}/pods/worker");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/worker", pod => (int?)pod?["status"]?["containerStatuses"]?[0]?["restartCount"] > 0);

        var followed = await Kubectl.RunAsync("-n", ns, "logs", "-f", "worker");
        var tail = await Kubectl.RunAsync("-n", ns, "logs", "worker", "--tail=1");
        var previous = await Kubectl.RunAsync("-n", ns, "logs", "worker", "--previous");
        var stamped = await Kubectl.RunAsync("-n", ns, "logs", "worker", "--timestamps", "--tail=1");

        Assert.Equal("one\ntwo\n", followed.Text);
        Assert.Equal("two\n", tail.Text);
        Assert.Equal("one\ntwo\n", previous.Text);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z two\n$", stamped.Text);
    }

    [Fact]
    public async Task Exec_passes_input_output_and_exit_code()
    {
        var ns = await fixture.NamespaceAsync();
        await RunningAsync(ns);

        var echo = await Kubectl.RunAsync("-n", ns, "exec", "box", "--", "echo", "hello there");
        var cat = await Kubectl.RunAsync("some\ninput\n", ["-n", ns, "exec", "-i", "box", "--", "cat"]);
        var env = await Kubectl.RunAsync("-n", ns, "exec", "box", "--", "sh", "-c", "echo $GREETING");
        var three = await Kubectl.RunAsync("-n", ns, "exec", "box", "--", "sh", "-c", "exit 3");
        var missing = await Kubectl.RunAsync("-n", ns, "exec", "box", "--", "no-such-program");

        Assert.Equal("hello there\n", echo.Text);
        Assert.Equal("some\ninput\n", cat.Text);
        Assert.Equal("ahoy\n", env.Text);
        Assert.Equal(3, three.ExitCode);
        Assert.Equal("command terminated with exit code 3\n", three.Error);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("exec: \"no-such-program\": executable file not found in $PATH", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cp_brings_a_file_there_and_back()
    {
        var ns = await fixture.NamespaceAsync();
        await RunningAsync(ns);
        var there = Path.Combine(fixture.Simulator.Folder, ns + "-there");
        var back = Path.Combine(fixture.Simulator.Folder, ns + "-back");
        await File.WriteAllTextAsync(there, "content of a file\n");

        var up = await Kubectl.RunAsync("cp", there, $"{ns}/box:/tmp/file");
        var seen = await Kubectl.RunAsync("-n", ns, "exec", "box", "--", "cat", "/tmp/file");
        var down = await Kubectl.RunAsync("cp", $"{ns}/box:/tmp/file", back);

        Assert.Equal(0, up.ExitCode);
        Assert.Equal("content of a file\n", seen.Text);
        Assert.Equal(0, down.ExitCode);
        Assert.Equal("content of a file\n", await File.ReadAllTextAsync(back));
    }

    [Fact]
    public async Task Port_forward_reaches_the_simulated_container()
    {
        var ns = await fixture.NamespaceAsync();
        await RunningAsync(ns);
        using var forward = Kubectl.Start("-n", ns, "port-forward", "pod/box", ":80");
        try
        {
            var line = await forward.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
            var port = line!.Split(':')[1].Split(' ')[0];
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

            var first = await http.GetStringAsync("/some/path");
            var second = await http.GetStringAsync("/other");

            Assert.Contains($"in pod {ns}/box: GET /some/path", first, StringComparison.Ordinal);
            Assert.Contains("GET /other", second, StringComparison.Ordinal);
        }
        finally
        {
            forward.Kill();
            await forward.WaitForExitAsync();
        }
    }

    [Theory]
    [InlineData("background", 0)]
    [InlineData("foreground", 0)]
    [InlineData("orphan", 1)]
    public async Task Delete_treats_dependants_as_the_cascade_says(string cascade, int left)
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web"), $"/apis/apps/v1/namespaces/{ns}/deployments/web");
        await fixture.UntilAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web", found => (int?)found?["status"]?["readyReplicas"] == 1);

        var deleted = await Kubectl.RunAsync("-n", ns, "delete", "deployment", "web", "--cascade=" + cascade, "--timeout=30s");
        if (left == 0)
            await Kubectl.RunAsync("-n", ns, "wait", "--for=delete", "pod", "-l", "app=web", "--timeout=30s");
        var sets = await fixture.GetAsync($"/apis/apps/v1/namespaces/{ns}/replicasets");

        Assert.StartsWith("deployment.apps \"web\" deleted", deleted.Text, StringComparison.Ordinal);
        Assert.Equal(left, sets!["items"]!.AsArray().Count);
        if (left == 1)
            Assert.Null(sets["items"]![0]!["metadata"]!["ownerReferences"]);
    }

    [Fact]
    public async Task Describe_shows_why_a_pod_is_not_scheduled()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(
            SimulatorFixture.Pod("big", """{"name":"main","image":"nginx","resources":{"requests":{"cpu":"1000"}}}"""), $"/api/v1/namespaces/{ns}/pods/big");
        await fixture.EventAsync(ns, "FailedScheduling");

        var described = await Kubectl.RunAsync("-n", ns, "describe", "pod", "big");

        Assert.Contains(
            "Warning  FailedScheduling", described.Text, StringComparison.Ordinal);
        Assert.Contains(
            "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod..",
            described.Text,
            StringComparison.Ordinal);
    }

    private async Task RunningAsync(string ns)
    {
        await fixture.ApplyAsync(
            SimulatorFixture.Pod("box", """{"name":"main","image":"nginx","env":[{"name":"GREETING","value":"ahoy"}],"ports":[{"containerPort":80}]}"""),
            $"/api/v1/namespaces/{ns}/pods/box");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/box", pod => (string?)pod?["status"]?["phase"] == "Running");
    }
}
