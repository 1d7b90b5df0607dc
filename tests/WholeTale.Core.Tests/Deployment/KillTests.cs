using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment;
using WholeTale.Core.Deployment.Revisions;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;
using WholeTale.Tests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>Ends the work at every request: from there on nothing is sent any more, not even to tidy up, as when the process is killed. Then it is run again.</summary>
public sealed class KillTests(SimulatedCluster simulated, ITestOutputHelper output) : IClassFixture<SimulatedCluster>
{
    public static TheoryData<string> Works => ["deploy", "upgrade", "prune", "undo", "removal"];

    [Theory]
    [MemberData(nameof(Works))]
    public async Task Work_that_is_killed_at_any_request_is_finished_by_running_it_again(string work)
    {
        using var undisturbed = new Guillotine(simulated.Connection, int.MaxValue, afterwards: false);
        var expected = await RunAsync(work, $"{work}-whole", undisturbed);

        for (var i = 1; i <= undisturbed.Seen; i++)
        {
            // Either the request never arrives, or only its answer is lost.
            foreach (var afterwards in new[] { false, true })
            {
                using var guillotine = new Guillotine(simulated.Connection, i, afterwards);

                var state = await RunAsync(work, $"{work}-{i}-{afterwards}".ToLowerInvariant(), guillotine);

                Assert.True(guillotine.HasFallen, $"{work} made fewer requests than {i}.");
                Assert.Equal(expected, state);
            }
        }

        output.WriteLine($"{work}: killed before and after each of {undisturbed.Seen} requests");
    }

    private async Task<string> RunAsync(string work, string @namespace, Guillotine guillotine)
    {
        var cluster = simulated.Cluster(@namespace);
        var killed = new ApiClient(new ApiTransport(simulated.Connection, TimeProvider.System, guillotine), TimeProvider.System);
        if (work != "deploy")
            await SimulatedCluster.DeployAsync(cluster, First(@namespace));
        if (work == "undo")
            await SimulatedCluster.DeployAsync(cluster, Second(@namespace));

        await Record.ExceptionAsync(() => DoAsync(work, cluster, killed, guillotine.Token));
        if (guillotine.HasFallen)
            await DoAsync(work, cluster, simulated.Client, CancellationToken.None);
        return await NamespaceState.ReadAsync(simulated.Http, @namespace);
    }

    private static async Task DoAsync(string work, Cluster cluster, ApiClient client, CancellationToken cancellationToken)
    {
        var listener = new SimulatedCluster.Listener();
        if (work == "removal")
        {
            await using var removal = await Removal.PlanAsync(cluster, client, keepData: false, isDecided: true, cancellationToken);
            await removal.RunAsync(listener, cancellationToken);
        }
        else if (work == "undo")
        {
            await using var rollback = await Rollback.PlanAsync(cluster, client, 1, new DeployOptions(), TimeProvider.System, new SimulatedCluster.Listener(), cancellationToken);
            await rollback.RunAsync(listener, cancellationToken);
        }
        else
        {
            var manifests = work switch { "deploy" => First(cluster.Namespace), "prune" => Less(cluster.Namespace), _ => Second(cluster.Namespace) };
            await using var plan = await PlatformDeployment.PlanAsync(cluster, manifests, new DeployOptions(), TimeProvider.System, cancellationToken, client);
            await plan.RunAsync(listener, cancellationToken);
        }
    }

    private static ManifestSet First(string @namespace) => Given.Manifests(
        ("store", [], [Given.ConfigMap(@namespace, "settings", "one"), Given.ConfigMap(@namespace, "former", "one")]), ("front", ["store"], [Given.Workload(@namespace, "front")]));

    private static ManifestSet Second(string @namespace) => Given.Manifests(
        ("store", [], [Given.ConfigMap(@namespace, "settings", "two")]), ("front", ["store"], [Given.Workload(@namespace, "front", "redis:8")]));

    private static ManifestSet Less(string @namespace) => Given.Manifests(("store", [], [Given.ConfigMap(@namespace, "settings", "one")]));

    private sealed class Guillotine(ApiConnection connection, int at, bool afterwards)
        : DelegatingHandler(new SocketsHttpHandler { SslOptions = ApiTransport.Trust(connection) })
    {
        private readonly CancellationTokenSource _fallen = new();
        private int _seen;

        public int Seen => _seen;

        public bool HasFallen => _fallen.IsCancellationRequested;

        public CancellationToken Token => _fallen.Token;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (HasFallen)
                throw new OperationCanceledException(_fallen.Token);
            var isLast = Interlocked.Increment(ref _seen) == at;
            if (isLast && !afterwards)
                await FallAsync();
            var response = await base.SendAsync(request, cancellationToken);
            if (isLast)
                await FallAsync();
            return response;
        }

        private async Task FallAsync()
        {
            await _fallen.CancelAsync();
            throw new OperationCanceledException(_fallen.Token);
        }
    }
}
