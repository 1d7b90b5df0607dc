using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.LeaderElection;
using k8s.LeaderElection.ResourceLock;
using k8s.Models;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>KubernetesClient, Kubernetes' client for C#, watches and writes, runs commands and forwards ports.</summary>
public sealed class ClientLibraryTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IAsyncLifetime
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private Kubernetes _client = null!;

    private CancellationToken Patience => _patience.Token;

    public async ValueTask InitializeAsync() =>
        _client = new Kubernetes(await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(new FileInfo(fixture.Simulator.Kubeconfig)));

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _patience.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task It_writes_and_watches_what_it_has_written()
    {
        var ns = await fixture.NamespaceAsync();
        var seen = new List<(WatchEventType, string?)>();
        var list = await _client.CoreV1.ListNamespacedConfigMapAsync(ns, cancellationToken: Patience);

        var created = await _client.CoreV1.CreateNamespacedConfigMapAsync(Config("1"), ns, cancellationToken: Patience);
        created.Data["k"] = "2";
        await _client.CoreV1.ReplaceNamespacedConfigMapAsync(created, "a", ns, cancellationToken: Patience);
        var stale = await RefusedAsync(() => _client.CoreV1.ReplaceNamespacedConfigMapAsync(created, "a", ns, cancellationToken: Patience));
        await _client.CoreV1.DeleteNamespacedConfigMapAsync("a", ns, cancellationToken: Patience);
        var missing = await RefusedAsync(() => _client.CoreV1.ReadNamespacedConfigMapAsync("a", ns, cancellationToken: Patience));
        await foreach (var (type, item) in _client.CoreV1.WatchListNamespacedConfigMapAsync(ns, resourceVersion: list.ResourceVersion(), cancellationToken: Patience))
        {
            if (item.Name() != "a")
                continue;
            seen.Add((type, item.Data["k"]));
            if (type == WatchEventType.Deleted)
                break;
        }

        Assert.Equal((409, "Conflict"), (stale.Code, stale.Reason));
        Assert.Equal((404, "configmaps \"a\" not found"), (missing.Code, missing.Message));
        Assert.Equal([(WatchEventType.Added, "1"), (WatchEventType.Modified, "2"), (WatchEventType.Deleted, "2")], seen);
    }

    [Fact]
    public async Task It_patches_in_all_types_and_applies()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web"), $"/apis/apps/v1/namespaces/{ns}/deployments/web");
        Task<V1Deployment> PatchAsync(string patch, V1Patch.PatchType type) => _client.AppsV1.PatchNamespacedDeploymentAsync(new V1Patch(patch, type), "web", ns, cancellationToken: Patience);
        Task<V1ConfigMap> ApplyAsync(string manager, string value, bool force) => _client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch(KubernetesJson.Serialize(Config(value)), V1Patch.PatchType.ApplyPatch), "a", ns, fieldManager: manager, force: force, cancellationToken: Patience);

        var json = await PatchAsync("""[{"op":"replace","path":"/spec/replicas","value":2}]""", V1Patch.PatchType.JsonPatch);
        var merge = await PatchAsync("""{"metadata":{"labels":{"tier":"a"}}}""", V1Patch.PatchType.MergePatch);
        var strategic = await PatchAsync("""{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"busybox"}]}}}}""", V1Patch.PatchType.StrategicMergePatch);
        var applied = await ApplyAsync("one", "1", force: false);
        var conflict = await RefusedAsync(() => ApplyAsync("two", "2", force: false));
        var forced = await ApplyAsync("two", "2", force: true);

        Assert.Equal(2, json.Spec.Replicas);
        Assert.Equal("a", merge.Labels()["tier"]);
        Assert.Equal(["side", "main"], strategic.Spec.Template.Spec.Containers.Select(container => container.Name));
        Assert.Equal("one", Assert.Single(applied.Metadata.ManagedFields).Manager);
        Assert.Equal((409, "conflict with \"one\"", ".data.k"), (conflict.Code, conflict.Details.Causes[0].Message, conflict.Details.Causes[0].Field));
        Assert.Equal(("2", "two"), (forced.Data["k"], Assert.Single(forced.Metadata.ManagedFields).Manager));
    }

    [Fact]
    public async Task A_watch_that_comes_too_late_is_told_so_and_goes_on_from_a_new_list()
    {
        var ns = await fixture.NamespaceAsync();
        var old = await _client.CoreV1.ListNamespacedConfigMapAsync(ns, cancellationToken: Patience);
        await _client.CoreV1.CreateNamespacedConfigMapAsync(Config("1"), ns, cancellationToken: Patience);
        await fixture.SetFaultsAsync(new JsonArray(new JsonObject { ["on"] = "watch", ["resource"] = "configmaps", ["namespace"] = ns, ["action"] = "expire", ["count"] = 1 }));

        var gone = await Assert.ThrowsAsync<KubernetesException>(async () =>
        {
            await foreach (var _ in _client.CoreV1.WatchListNamespacedConfigMapAsync(ns, resourceVersion: old.ResourceVersion(), onError: error => throw error, cancellationToken: Patience))
                Assert.Fail("A watch that has expired brings no event.");
        });
        var list = await _client.CoreV1.ListNamespacedConfigMapAsync(ns, cancellationToken: Patience);
        await _client.CoreV1.DeleteNamespacedConfigMapAsync("a", ns, cancellationToken: Patience);
        var next = default((WatchEventType Type, V1ConfigMap Item));
        await foreach (var change in _client.CoreV1.WatchListNamespacedConfigMapAsync(ns, resourceVersion: list.ResourceVersion(), cancellationToken: Patience))
        {
            next = change;
            break;
        }

        Assert.Equal((410, "Expired"), (gone.Status.Code, gone.Status.Reason));
        Assert.Contains(list.Items, item => item.Name() == "a");
        Assert.Equal((WatchEventType.Deleted, "a"), (next.Type, next.Item.Name()));
    }

    [Fact]
    public async Task It_reads_logs_runs_commands_and_forwards_ports()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Pod("box", """{"name":"main","image":"nginx","command":["sh","-c","echo one; sleep 1000"],"ports":[{"containerPort":80}]}"""), $"/api/v1/namespaces/{ns}/pods/box");
        await fixture.UntilAsync($"/api/v1/namespaces/{ns}/pods/box", pod => (string?)pod?["status"]?["phase"] == "Running");
        string[] said = ["", ""];

        var code = await _client.NamespacedPodExecAsync(
            "box", ns, "main", ["sh", "-c", "echo out; echo err >&2; exit 3"], false,
            async (_, output, error) => said = [await ReadAsync(output), await ReadAsync(error)], Patience);
        using var log = await _client.CoreV1.ReadNamespacedPodLogAsync("box", ns, follow: true, cancellationToken: Patience);
        var line = await new StreamReader(log).ReadLineAsync(Patience);
        using var socket = await _client.WebSocketNamespacedPodPortForwardAsync("box", ns, [80], "v4.channel.k8s.io", cancellationToken: Patience);
        using var channels = new StreamDemuxer(socket, StreamType.PortForward);
        channels.Start();
        await using var port = channels.GetStream((byte?)0, (byte?)0);
        await port.WriteAsync(Encoding.ASCII.GetBytes("GET /some/path HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n"), Patience);
        var answer = new byte[4096];
        var read = await port.ReadAsync(answer, Patience);

        Assert.Equal((3, "out\n", "err\n"), (code, said[0], said[1]));
        Assert.Equal("one", line);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", Encoding.ASCII.GetString(answer, 0, read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_candidates_one_leads_by_a_lease_and_the_other_follows_him()
    {
        var ns = await fixture.NamespaceAsync();
        using var first = Candidate(ns, "first");
        using var second = Candidate(ns, "second");
        var changed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var leads = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var resigned = CancellationTokenSource.CreateLinkedTokenSource(Patience);
        first.OnStartedLeading += leads.SetResult;
        second.OnStartedLeading += () => changed.TrySetResult("second leads");

        var leading = first.RunUntilLeadershipLostAsync(resigned.Token);
        await leads.Task.WaitAsync(Patience);
        var following = second.RunUntilLeadershipLostAsync(Patience);
        var lease = await _client.CoordinationV1.ReadNamespacedLeaseAsync("lead", ns, cancellationToken: Patience);
        await resigned.CancelAsync();
        await leading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        Assert.Equal("first", lease.Spec.HolderIdentity);
        Assert.Equal("second leads", await changed.Task.WaitAsync(Patience));
        lease = await _client.CoordinationV1.ReadNamespacedLeaseAsync("lead", ns, cancellationToken: Patience);
        Assert.Equal(("second", 1), (lease.Spec.HolderIdentity, lease.Spec.LeaseTransitions));
        await _patience.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private LeaderElector Candidate(string ns, string name) => new(new LeaderElectionConfig(new LeaseLock(_client, ns, "lead", name))
    {
        LeaseDuration = TimeSpan.FromSeconds(2),
        RenewDeadline = TimeSpan.FromSeconds(1.5),
        RetryPeriod = TimeSpan.FromSeconds(0.5),
    });

    private static V1ConfigMap Config(string value) => new() { ApiVersion = "v1", Kind = "ConfigMap", Metadata = new() { Name = "a" }, Data = new Dictionary<string, string> { ["k"] = value } };

    private static async Task<string> ReadAsync(Stream stream) => await new StreamReader(stream).ReadToEndAsync();

    private static async Task<V1Status> RefusedAsync(Func<Task> attempt)
    {
        var refused = await Assert.ThrowsAsync<HttpOperationException>(attempt);
        Assert.NotEqual(HttpStatusCode.OK, refused.Response.StatusCode);
        return KubernetesJson.Deserialize<V1Status>(refused.Response.Content);
    }
}
