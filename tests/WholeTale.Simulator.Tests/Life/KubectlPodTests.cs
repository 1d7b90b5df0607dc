using System.Globalization;
using WholeTale.Tests;
using static WholeTale.Tests.ClientTool;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>The real kubectl reaches into pods: logs, exec, cp, port-forward. What is expected is what kubectl and a real API server say.</summary>
public sealed class KubectlPodTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private ClientTool Kubectl => ClientTool.Find("kubectl", fixture.Simulator);

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
        var bytes = await Kubectl.RunAsync("-n", ns, "logs", "worker", "--limit-bytes=5");
        var stamped = await Kubectl.RunAsync("-n", ns, "logs", "worker", "--timestamps", "--tail=1");

        Assert.Equal(Said("one\ntwo\n"), followed);
        Assert.Equal(Said("two\n"), tail);
        Assert.Equal(Said("one\ntwo\n"), previous);
        Assert.Equal(Said("one\nt"), bytes);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z two\n$", stamped.Text);
    }

    [Fact]
    public async Task Logs_are_followed_while_they_are_written()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(
            SimulatorFixture.Pod("worker", """{"name":"main","image":"busybox","command":["sh","-c","echo first; sleep 2; echo last; sleep 1000"]}"""),
            $"/api/v1/namespaces/{ns}/pods/worker");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/worker", pod => (string?)pod?["status"]?["phase"] == "Running");
        using var follow = Kubectl.Start("-n", ns, "logs", "-f", "worker");
        try
        {
            Assert.Equal("first", await follow.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal("last", await follow.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.False(follow.HasExited);
        }
        finally
        {
            follow.Kill();
            await follow.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Logs_of_several_containers_are_told_apart_and_what_has_none_says_so()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(
            SimulatorFixture.Pod(
                "pair",
                """{"name":"a","image":"busybox","command":["echo","from a"]},{"name":"b","image":"busybox","command":["echo","from b"]}""",
                ""","restartPolicy":"Never","initContainers":[{"name":"i","image":"busybox","command":["echo","from i"]}]"""),
            $"/api/v1/namespaces/{ns}/pods/pair");
        await fixture.ApplyAsync(SimulatorFixture.Pod("stuck", """{"name":"main","image":"registry.invalid/x"}"""), $"/api/v1/namespaces/{ns}/pods/stuck");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/pair", pod => (string?)pod?["status"]?["phase"] == "Succeeded");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/stuck", pod => (string?)pod?["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"] == "ImagePullBackOff");
        Task<Outcome> LogsAsync(params string[] arguments) => Kubectl.RunAsync(["-n", ns, "logs", .. arguments]);

        Assert.Equal(Said("from a\n", "Defaulted container \"a\" out of: a, b, i (init)\n"), await LogsAsync("pair"));
        Assert.Equal(Said("from b\n"), await LogsAsync("pair", "-c", "b"));
        Assert.Equal(["[pod/pair/a] from a", "[pod/pair/b] from b", "[pod/pair/i] from i"], (await LogsAsync("pair", "--all-containers", "--prefix")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Equal(Failed("error: container nope is not valid for pod pair\n"), await LogsAsync("pair", "-c", "nope"));
        Assert.Equal(Failed("Error from server (BadRequest): previous terminated container \"a\" in pod \"pair\" not found\n"), await LogsAsync("pair", "-c", "a", "--previous"));
        Assert.Equal(Failed("Error from server (BadRequest): container \"main\" in pod \"stuck\" is waiting to start: trying and failing to pull image\n"), await LogsAsync("stuck"));
        Assert.Equal(Failed($"error: error from server (NotFound): pods \"none\" not found in namespace \"{ns}\"\n"), await LogsAsync("none"));
    }

    [Fact]
    public async Task Exec_passes_input_output_and_exit_code()
    {
        var ns = await RunningAsync();
        Task<Outcome> ExecAsync(params string[] arguments) => Kubectl.RunAsync(["-n", ns, "exec", .. arguments]);

        Assert.Equal(Said("hello there\n"), await ExecAsync("box", "--", "echo", "hello there"));
        Assert.Equal(Said("some\ninput\n"), await Kubectl.RunAsync("some\ninput\n", ["-n", ns, "exec", "-i", "box", "--", "cat"]));
        Assert.Equal(Said("ahoy\n"), await ExecAsync("box", "--", "sh", "-c", "echo $GREETING"));
        Assert.Equal(Said("once\n"), await ExecAsync("pod/box", "-c", "main", "--", "echo", "once"));
        Assert.Equal(Failed("err\ncommand terminated with exit code 7\n", 7, "out\n"), await ExecAsync("box", "--", "sh", "-c", "echo out; echo err >&2; exit 7"));
    }

    [Fact]
    public async Task Exec_says_what_cannot_be_run()
    {
        var ns = await RunningAsync();
        await fixture.ApplyAsync(SimulatorFixture.Pod("stuck", """{"name":"main","image":"registry.invalid/x"}"""), $"/api/v1/namespaces/{ns}/pods/stuck");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/stuck", pod => pod?["spec"]?["nodeName"] is not null);
        Task<Outcome> ExecAsync(params string[] arguments) => Kubectl.RunAsync(["-n", ns, "exec", .. arguments]);

        var missing = await ExecAsync("box", "--", "no-such-program");

        Assert.Equal((1, ""), (missing.ExitCode, missing.Output));
        Assert.Matches(
            "^error: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec \"[0-9a-f]{64}\": OCI runtime exec failed: "
            + "exec failed: unable to start container process: exec: \"no-such-program\": executable file not found in \\$PATH: unknown\n$",
            missing.Error);
        Assert.Equal(Failed("error: unable to upgrade connection: container not found (\"main\")\n"), await ExecAsync("stuck", "--", "true"));
        Assert.Equal(Failed("Error from server (BadRequest): container nope is not valid for pod box\n"), await ExecAsync("box", "-c", "nope", "--", "true"));
        Assert.Equal(Failed("Error from server (NotFound): pods \"none\" not found\n"), await ExecAsync("none", "--", "true"));
        Assert.Equal(Failed("error: you must specify at least one command for the container\n"), await ExecAsync("box"));
    }

    [Fact]
    public async Task Cp_brings_files_and_folders_there_and_back()
    {
        var ns = await RunningAsync();
        var folder = Directory.CreateDirectory(Path.Combine(fixture.Simulator.Folder, ns + "-there")).FullName;
        var back = Path.Combine(fixture.Simulator.Folder, ns + "-back");
        await File.WriteAllTextAsync(Path.Combine(folder, "one"), "content of one\n");
        await File.WriteAllBytesAsync(Path.Combine(folder, "two"), [.. Enumerable.Range(0, 100_000).Select(number => (byte)(number * 7))]);

        Assert.Equal(Said(""), await Kubectl.RunAsync("cp", folder, $"{ns}/box:/srv/there"));
        Assert.Equal(Said("content of one\n"), await Kubectl.RunAsync("-n", ns, "exec", "box", "--", "cat", "/srv/there/one"));
        Assert.Equal(0, (await Kubectl.RunAsync("cp", $"{ns}/box:/srv/there", back)).ExitCode);
        Assert.Equal(0, (await Kubectl.RunAsync("cp", $"{ns}/box:/srv/there/one", Path.Combine(back, "three"))).ExitCode);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(folder, "two")), await File.ReadAllBytesAsync(Path.Combine(back, "two")));
        Assert.Equal("content of one\n", await File.ReadAllTextAsync(Path.Combine(back, "three")));
        var missing = await Kubectl.RunAsync("cp", $"{ns}/box:/nowhere", Path.Combine(back, "four"));
        Assert.NotEqual(0, missing.ExitCode);
        Assert.Contains("tar: /nowhere: No such file or directory", missing.Output, StringComparison.Ordinal);
        Assert.Equal(Failed("Error from server (NotFound): pods \"none\" not found\n"), await Kubectl.RunAsync("cp", Path.Combine(folder, "one"), $"{ns}/none:/srv/one"));
    }

    [Theory]
    [InlineData("pod/box", ":80")]
    [InlineData("service/web", ":81")]
    public async Task Port_forward_reaches_the_simulated_container(string target, string ports)
    {
        var ns = await RunningAsync();
        await fixture.ApplyAsync(
            """{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"selector":{"app":"box"},"ports":[{"port":81,"targetPort":80}]}}""", $"/api/v1/namespaces/{ns}/services/web");
        using var forward = Kubectl.Start("-n", ns, "port-forward", target, ports);
        try
        {
            var line = await forward.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Matches(@"^Forwarding from 127\.0\.0\.1:\d+ -> 80$", line!);
            var port = int.Parse(line!.Split(':')[1].Split(' ')[0], CultureInfo.InvariantCulture);
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

    [Fact]
    public async Task Port_forward_refuses_what_does_not_run()
    {
        var ns = await RunningAsync();
        await fixture.ApplyAsync(SimulatorFixture.Pod("stuck", """{"name":"main","image":"registry.invalid/x"}"""), $"/api/v1/namespaces/{ns}/pods/stuck");

        Assert.Equal(Failed("error: unable to forward port because pod is not running. Current status=Pending\n"), await Kubectl.RunAsync("-n", ns, "port-forward", "pod/stuck", ":80"));
        Assert.Equal(Failed("Error from server (NotFound): pods \"none\" not found\n"), await Kubectl.RunAsync("-n", ns, "port-forward", "pod/none", ":80"));
    }

    private async Task<string> RunningAsync()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"box","labels":{"app":"box"}},
             "spec":{"containers":[{"name":"main","image":"nginx","env":[{"name":"GREETING","value":"ahoy"}],"ports":[{"containerPort":80}]}]}}
            """,
            $"/api/v1/namespaces/{ns}/pods/box");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/box", pod => (string?)pod?["status"]?["phase"] == "Running");
        return ns;
    }
}
