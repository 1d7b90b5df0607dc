using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Diagnosing;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Tales;
using WholeTale.Core.Tests.Deployment;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Core.Tests.Tales;

/// <summary>Tales without room on clusters that may add nodes, and on those that do not. Time passes when a test says so.</summary>
public sealed class TaleScalingTests : IAsyncLifetime
{
    private static readonly TaleRequest Huge = TaleSamples.All[0] with { InstanceId = "", Memory = "900t" };
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider time = new();
    private readonly Channel<ProgressReport> waiting = Channel.CreateUnbounded<ProgressReport>();
    private Simulator.Hosting.SimulatedCluster simulated = null!;
    private ApiConnection connection = null!;
    private ApiClient api = null!;

    public async ValueTask InitializeAsync()
    {
        simulated = await Simulator.Hosting.SimulatedCluster.StartAsync(new SimulatedClusterOptions { Name = "scaling", Nodes = 1, Delays = false }, null, null, CancellationToken.None);
        connection = new ApiConnection
        {
            Name = "scaling",
            Endpoint = simulated.Endpoint,
            CertificateAuthorities = [X509Certificate2.CreateFromPem(simulated.AuthorityPem)],
            Token = _ => ValueTask.FromResult<string?>(simulated.Token),
        };
        api = ApiClient.For(connection);
        await api.CreateAsync(Given.Json("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"wholetale"} }"""), CancellationToken.None);
        await api.CreateAsync(Given.Json("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"platform","namespace":"wholetale"} }"""), CancellationToken.None);
    }

    public async ValueTask DisposeAsync() => await simulated.DisposeAsync();

    [Fact]
    public async Task A_tale_without_room_is_given_up_when_its_grace_is_over_where_no_node_is_added()
    {
        await using var tales = Tales(addsNodes: null);
        var launch = tales.LaunchAsync(Huge, CancellationToken.None);
        await PodAsync();

        var error = await Assert.ThrowsAsync<NotReadyException>(() => PassGraceAsync(launch));

        Assert.Equal("Unschedulable", error.Diagnosis.Reason);
        Assert.False(waiting.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_tale_without_room_is_given_up_when_the_autoscaler_has_said_nothing_for_long()
    {
        await using var tales = Tales(addsNodes: true);
        var launch = tales.LaunchAsync(Huge, CancellationToken.None);
        await PodAsync();

        await PassGraceAsync(ToldAsync(launch));
        time.Advance(NodeScaling.Patience);
        var error = await Assert.ThrowsAsync<NotReadyException>(() => launch.WaitAsync(Enough));

        Assert.Equal("Unschedulable", error.Diagnosis.Reason);
    }

    [Fact]
    public async Task A_tale_waits_for_the_node_that_an_autoscaler_promises_and_is_given_up_when_it_says_that_none_comes()
    {
        await using var tales = Tales(addsNodes: true);
        var launch = tales.LaunchAsync(Huge, CancellationToken.None);
        var pod = await PodAsync();
        await SayAsync(pod, "TriggeredScaleUp", "pod triggered scale-up: [{pool 1->2 (max: 2)}]", "2026-01-01T00:00:00Z");

        await PassGraceAsync(ToldAsync(launch));
        time.Advance(NodeScaling.Patience);
        await ToldAsync(launch).WaitAsync(Enough);
        await SayAsync(pod, "FailedScaleUp", "Failed adding 1 nodes to group pool: out of resources", "2026-01-01T00:01:00Z");
        time.Advance(NodeScaling.Patience);
        var error = await Assert.ThrowsAsync<NotReadyException>(() => launch.WaitAsync(Enough));

        Assert.Equal("Unschedulable", error.Diagnosis.Reason);
        Assert.Contains("The autoscaler adds none: Failed adding 1 nodes to group pool: out of resources.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_node_that_comes_for_one_tale_is_waited_for_by_another()
    {
        await using var tales = Tales(addsNodes: true);
        var first = tales.LaunchAsync(Huge, CancellationToken.None);
        await SayAsync(await PodAsync(), "TriggeredScaleUp", "pod triggered scale-up", "2026-01-01T00:00:00Z");
        var second = tales.LaunchAsync(Huge with { User = "another" }, CancellationToken.None);
        await PodAsync(count: 2);

        await PassGraceAsync(Task.WhenAll(ToldAsync(second), ToldAsync(second)));
        time.Advance(NodeScaling.Patience);
        await Task.WhenAll(ToldAsync(second), ToldAsync(second)).WaitAsync(Enough);

        Assert.Equal((false, false), (first.IsCompleted, second.IsCompleted));
    }

    [Fact]
    public async Task A_tale_starts_on_the_node_that_has_come()
    {
        // The one that is there takes no pods; what a new node says while it gets ready is no lack of room either.
        var node = new ObjectReference(ResourceTypes.Node, null, Assert.Single((await api.ListAsync(ResourceTypes.Node, null, null, CancellationToken.None)).Items).Name());
        await api.MergeAsync(node, Given.Json("""{"spec":{"unschedulable":true} }"""), CancellationToken.None);
        await using var tales = Tales(addsNodes: true);
        var launch = tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None);
        await SayAsync(await PodAsync(), "TriggeredScaleUp", "pod triggered scale-up", "2026-01-01T00:00:00Z");

        await PassGraceAsync(ToldAsync(launch));
        await api.MergeAsync(node, Given.Json("""{"spec":{"unschedulable":null} }"""), CancellationToken.None);
        var tale = await launch.WaitAsync(Enough);

        Assert.Equal("Running", tale.Status);
    }

    private TalePods Tales(bool? addsNodes)
    {
        var settings = new Settings { Deploy = new DeploySettings { ComponentTimeout = TimeSpan.FromHours(1) } };
        var listener = new ReportSink(report =>
        {
            if (report is ProgressReport { Status: "waiting for a node with room" } progress)
                waiting.Writer.TryWrite(progress);
        });
        return new TalePods(TaleSamples.Cluster(settings, connection) with { AddsNodes = addsNodes }, listener, api, time);
    }

    // Nobody tells when a grace has begun: time goes on slowly until it is over.
    private async Task PassGraceAsync(Task until)
    {
        for (var step = TimeSpan.FromMilliseconds(100); !until.IsCompleted && time.GetUtcNow() - time.Start < NodeScaling.Patience; time.Advance(step))
            await Task.WhenAny(until, Task.Delay(20));
        await until.WaitAsync(Enough);
    }

    // Until it is told that a tale waits for a node; a launch that ends has failed.
    private async Task<ProgressReport> ToldAsync(Task<TalePod> launch)
    {
        var told = waiting.Reader.ReadAsync().AsTask();
        if (await Task.WhenAny(told, launch) == launch)
            await launch;
        return await told;
    }

    // The youngest pod of so many, when the scheduler has found no node for it.
    private async Task<JsonObject> PodAsync(int count = 1)
    {
        using var patience = new CancellationTokenSource(Enough);
        var pods = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        await foreach (var change in api.WatchAsync(ResourceTypes.Pod, "wholetale", null, patience.Token))
        {
            if (change.Object is { } pod && pod.Condition("PodScheduled").Text("reason") == "Unschedulable" && pods.TryAdd(pod.Uid(), pod) && pods.Count == count)
                return pod;
        }

        throw new InvalidOperationException("The watch of pods has ended.");
    }

    private Task<JsonObject> SayAsync(JsonObject pod, string reason, string message, string when) => api.CreateAsync(
        Given.Json($$"""
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"{{reason.ToLowerInvariant()}}","namespace":"wholetale"},"type":"Normal","reason":"{{reason}}","lastTimestamp":"{{when}}",
            "message":"{{message}}","involvedObject":{"kind":"Pod","namespace":"wholetale","name":"{{pod.Name()}}","uid":"{{pod.Uid()}}"} }
            """),
        CancellationToken.None);
}
