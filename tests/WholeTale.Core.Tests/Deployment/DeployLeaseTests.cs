using Microsoft.Extensions.Time.Testing;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>Who may work on a namespace, whatever the clocks say and whatever becomes of renewals.</summary>
public sealed class DeployLeaseTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData("ahead", 3600, 0)]
    [InlineData("behind", 0, -3600)]
    public async Task A_lease_that_was_just_written_is_alive_whatever_this_machines_and_its_holders_clocks_say(string space, int own, int holders)
    {
        await MakeAsync(space, Held(space, DateTimeOffset.UtcNow.AddSeconds(holders)));

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => AcquireAsync(simulated.Client, space, new FakeTimeProvider(DateTimeOffset.UtcNow.AddSeconds(own))));

        Assert.Equal("DeployInProgress", exception.ErrorId);
        Assert.Equal("ada@elsewhere/1/2/3", await HolderAsync(space));
    }

    [Fact]
    public async Task A_lease_that_was_not_written_for_its_whole_duration_by_the_servers_clock_is_taken_over()
    {
        await MakeAsync("expired", Held("expired", DateTimeOffset.UtcNow));
        using var wire = new Wire(simulated.Connection) { Ahead = TimeSpan.FromSeconds(40) };
        var cluster = simulated.Cluster("expired");
        await using var plan = await PlatformDeployment.PlanAsync(
            cluster, Given.Manifests(("store", [], [Given.ConfigMap("expired", "settings", "one")])), new DeployOptions(), TimeProvider.System, CancellationToken.None, wire.Client);

        var deployment = await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.Equal(ComponentStatus.Ready, deployment.Status);
        Assert.Null(await HolderAsync("expired"));
    }

    [Fact]
    public async Task A_lease_that_is_renewed_while_it_is_judged_is_not_swept_away()
    {
        await MakeAsync("swept", Held("swept", DateTimeOffset.UtcNow.AddHours(-1)));
        using var wire = new Wire(simulated.Connection) { Ahead = TimeSpan.FromSeconds(40) };
        var live = new LiveObjects();
        live.Put(ResourceTypes.Lease, (await simulated.Client.FindAsync(Lease("swept"), CancellationToken.None))!);
        await simulated.Client.MergeAsync(Lease("swept"), Given.Json("""{"spec":{"renewTime":"2026-01-01T00:00:00.000000Z"}}"""), CancellationToken.None);

        await DeployLease.SweepAsync(wire.Client, "swept", live, TimeProvider.System, CancellationToken.None);
        var renewed = await HolderAsync("swept");
        live.Put(ResourceTypes.Lease, (await simulated.Client.FindAsync(Lease("swept"), CancellationToken.None))!);
        await DeployLease.SweepAsync(wire.Client, "swept", live, TimeProvider.System, CancellationToken.None);

        Assert.Equal("ada@elsewhere/1/2/3", renewed);
        Assert.Null(await HolderAsync("swept"));
    }

    [Fact]
    public async Task Credentials_that_are_not_given_for_a_whole_duration_lose_the_lease()
    {
        await MakeAsync("tokenless");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var refused = new SemaphoreSlim(0);
        var isRefusing = false;
        var token = simulated.Connection.Token!;
        var connection = simulated.Connection with
        {
            Name = "tokenless",
            Token = cancellationToken =>
            {
                if (!isRefusing)
                    return token(cancellationToken);
                refused.Release();
                throw new ClusterException("TokenMissing", FailureKind.Unauthenticated, "test", "The token has gone.");
            },
        };
        await using var lease = await AcquireAsync(ApiClient.For(connection), "tokenless", time);

        isRefusing = true;
        for (var renewal = 1; renewal <= 3; renewal++)
        {
            Assert.False(lease.IsLost);
            time.Advance(TimeSpan.FromSeconds(10));
            await refused.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(_patience, TestContext.Current.CancellationToken);
        }

        await LostAsync(lease);
        Assert.Contains("It stopped, because its lease could not be renewed for 30 s: The token has gone.", lease.Explain("It", new OperationCanceledException()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_answers_no_renewal_for_a_whole_duration_loses_the_lease()
    {
        await MakeAsync("silent");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var wire = new Wire(simulated.Connection) { IsSilent = request => request.Method == HttpMethod.Patch };
        await using var lease = await AcquireAsync(wire.Client, "silent", time);

        for (var renewal = 1; renewal <= 2; renewal++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await wire.Unanswered.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(_patience, TestContext.Current.CancellationToken);
        }

        Assert.False(lease.IsLost);
        time.Advance(TimeSpan.FromSeconds(10));
        await LostAsync(lease);
    }

    [Fact]
    public async Task A_renewal_counts_from_when_it_was_sent()
    {
        await MakeAsync("late");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var isSilent = false;
        var renewed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var wire = new Wire(simulated.Connection)
        {
            IsSilent = request => isSilent && request.Method == HttpMethod.Patch,
            Answered = request =>
            {
                if (request.Method != HttpMethod.Patch)
                    return;
                time.Advance(TimeSpan.FromSeconds(5));
                renewed.TrySetResult();
            },
        };
        await using var lease = await AcquireAsync(wire.Client, "late", time);
        time.Advance(TimeSpan.FromSeconds(10));
        await renewed.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
        isSilent = true;

        // Sent after 10 s and answered after 15: it holds until 40 s have passed, of which two attempts take the rest.
        foreach (var seconds in new[] { 5, 10 })
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            await wire.Unanswered.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(_patience, TestContext.Current.CancellationToken);
        }

        Assert.False(lease.IsLost);
        time.Advance(TimeSpan.FromSeconds(10));
        await LostAsync(lease);
    }

    [Fact]
    public async Task A_lease_that_another_has_taken_over_unnoticed_is_not_given_back()
    {
        await MakeAsync("taken");
        var lease = await AcquireAsync(simulated.Client, "taken", TimeProvider.System);
        await simulated.Client.MergeAsync(Lease("taken"), Given.Json("""{"spec":{"holderIdentity":"ada@elsewhere/1/2/3"}}"""), CancellationToken.None);

        await lease.DisposeAsync();

        Assert.Equal("ada@elsewhere/1/2/3", await HolderAsync("taken"));
    }

    [Fact]
    public async Task A_lease_that_was_written_since_the_last_known_renewal_and_is_still_ours_is_given_back()
    {
        await MakeAsync("written");
        var lease = await AcquireAsync(simulated.Client, "written", TimeProvider.System);
        await simulated.Client.MergeAsync(Lease("written"), Given.Json("""{"spec":{"renewTime":"2026-01-01T00:00:00.000000Z"}}"""), CancellationToken.None);

        await lease.DisposeAsync();

        Assert.Null(await HolderAsync("written"));
    }

    [Fact]
    public async Task A_removal_whose_lease_is_taken_over_stops_and_says_so()
    {
        var cluster = simulated.Cluster("lost");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.ConfigMap("lost", "held", "x")])));
        var held = new ObjectReference(ResourceTypes.ConfigMap, "lost", "held");
        await simulated.Client.MergeAsync(held, Given.Json("""{"metadata":{"finalizers":["backup.example.org/snapshot"]}}"""), CancellationToken.None);
        await using var removal = await Removal.PlanAsync(cluster, keepData: false, isDecided: true, new SimulatedCluster.Listener(), CancellationToken.None);
        await simulated.Client.MergeAsync(Lease("lost"), Given.Json("""{"spec":{"holderIdentity":"ada@elsewhere/1/2/3"}}"""), CancellationToken.None);

        var exception = await Assert.ThrowsAsync<DeploymentException>(
            () => removal.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None).WaitAsync(_patience, TestContext.Current.CancellationToken));

        Assert.Equal(("LeaseLost", FailureKind.Conflict), (exception.ErrorId, exception.Kind));
        Assert.StartsWith("The removal from lost stopped, because ada@elsewhere has taken its lease over.", exception.Message, StringComparison.Ordinal);
        Assert.Equal("ada@elsewhere/1/2/3", await HolderAsync("lost"));
    }

    private static Task<DeployLease> AcquireAsync(ApiClient client, string space, TimeProvider time) => DeployLease.AcquireAsync(client, space, time, TestContext.Current.CancellationToken, TestContext.Current.CancellationToken);

    private static async Task LostAsync(DeployLease lease)
    {
        var lost = new TaskCompletionSource();
        await using var told = lease.Token.Register(lost.SetResult);
        await lost.Task.WaitAsync(_patience, TestContext.Current.CancellationToken);
        Assert.True(lease.IsLost);
    }

    private static ObjectReference Lease(string space) => new(ResourceTypes.Lease, space, "wholetale-deploy");

    private async Task<string?> HolderAsync(string space) => (await simulated.Client.FindAsync(Lease(space), CancellationToken.None))?.Text("spec", "holderIdentity");

    private async Task MakeAsync(string space, System.Text.Json.Nodes.JsonObject? lease = null)
    {
        await simulated.Client.CreateAsync(Given.Json($$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{space}}"} }"""), CancellationToken.None);
        if (lease is not null)
            await simulated.Client.CreateAsync(lease, CancellationToken.None);
    }

    private static System.Text.Json.Nodes.JsonObject Held(string space, DateTimeOffset renewed) => Given.Json($$$"""
        {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"wholetale-deploy","namespace":"{{{space}}}"},"spec":{"holderIdentity":"ada@elsewhere/1/2/3","leaseDurationSeconds":30,
        "acquireTime":"{{{renewed.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}}}","renewTime":"{{{renewed.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}}}"} }
        """);

    // A server whose clock has gone on, or that does not answer.
    private sealed class Wire : DelegatingHandler
    {
        public Wire(ApiConnection connection)
            : base(new SocketsHttpHandler { SslOptions = ApiTransport.Trust(connection) }) =>
            Client = new ApiClient(new ApiTransport(connection, TimeProvider.System, this), TimeProvider.System);

        public ApiClient Client { get; }

        public TimeSpan Ahead { get; init; }

        public Func<HttpRequestMessage, bool> IsSilent { get; init; } = _ => false;

        public Action<HttpRequestMessage> Answered { get; init; } = _ => { };

        public SemaphoreSlim Unanswered { get; } = new(0);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (IsSilent(request))
            {
                Unanswered.Release();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            var response = await base.SendAsync(request, cancellationToken);
            response.Headers.Date += Ahead;
            Answered(request);
            return response;
        }

        protected override void Dispose(bool disposing)
        {
            Unanswered.Dispose();
            base.Dispose(disposing);
        }
    }
}
