using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;
using WholeTale.Tests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>
/// One simulator for the tests of a class; each test has a namespace of its own. Where WT_TEST_KUBECONFIG names a kubeconfig, the cluster of its current context takes the simulator's place (one that
/// may be filled and emptied), and tests that need the simulator's faults are skipped.
/// </summary>
public sealed class SimulatedCluster : IAsyncLifetime
{
    private static readonly string? _kubeconfig = Environment.GetEnvironmentVariable("WT_TEST_KUBECONFIG");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wt-deploy-");
    private SimulatorProcess? _simulator;

    public ApiConnection Connection { get; private set; } = null!;

    public ApiClient Client => ApiClient.For(Connection);

    /// <summary>The API server, spoken to without the code that is tested.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>Skips a test that needs what the simulator's containers do: Girder's answers, images that are told to fail.</summary>
    public void RequireSimulator()
    {
        if (_simulator is null)
            Assert.Skip("The containers that this needs are the simulator's, and the cluster under test is another.");
    }

    /// <summary>Has the simulator do something to what is asked of it, in place of what it did before: rules as in docs/simulator.md.</summary>
    public async Task SetFaultsAsync(params IEnumerable<string> rules)
    {
        var list = string.Join(',', rules);
        if (_simulator is null && list.Length > 0)
            Assert.Skip("Faults are the simulator's, and the cluster under test is another.");
        if (_simulator is null)
            return;
        using var answer = await Http.PutAsJsonAsync("/simulator/v1/faults", JsonNode.Parse($"[{list}]"));
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask InitializeAsync()
    {
        if (_kubeconfig is { Length: > 0 })
        {
            var settings = new ResolvedSettings(new Settings { Existing = new ExistingSettings { Kubeconfig = _kubeconfig } }, [], _folder.FullName);
            var kubeconfig = Kubeconfig.Load(settings);
            Connection = kubeconfig.Connect(kubeconfig.CurrentContext!);
            Http = new HttpClient(new BearerHandler(Connection, new SocketsHttpHandler { SslOptions = ApiTransport.Trust(Connection) })) { BaseAddress = Connection.Endpoint };
            return;
        }

        var simulator = _simulator = await SimulatorProcess.StartAsync();
        Http = simulator.Http;
        Connection = new ApiConnection
        {
            Name = "test",
            Endpoint = simulator.Endpoint,
            Token = _ => new ValueTask<string?>(simulator.Token),
            CertificateAuthorities = [X509Certificate2.CreateFromPem(simulator.CertificateAuthority)],
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (_simulator is not null)
            await _simulator.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public Cluster Cluster(string @namespace, DeploySettings? deploy = null) => new()
    {
        Name = "test",
        Provider = "Simulator",
        Connection = Connection,
        Endpoint = Connection.Endpoint,
        Namespace = @namespace,
        Settings = new ResolvedSettings(
            new Settings { Namespace = @namespace, StateFolder = _folder.FullName, Deploy = deploy ?? new DeploySettings { ComponentTimeout = TimeSpan.FromSeconds(60) } }, [], _folder.FullName),
    };

    public async Task<JsonObject?> FindAsync(string apiVersion, string kind, string? @namespace, string name) =>
        await Client.FindAsync(new ObjectReference(await Client.ResolveAsync(apiVersion, kind, CancellationToken.None), @namespace, name), CancellationToken.None);

    internal static async Task<WholeTale.Core.Deployment.Deployment> DeployAsync(Cluster cluster, ManifestSet manifests, DeployOptions? options = null, Listener? listener = null)
    {
        await using var plan = await PlatformDeployment.PlanAsync(cluster, manifests, options ?? new DeployOptions(), TimeProvider.System, CancellationToken.None);
        return await plan.RunAsync(listener ?? new Listener(), CancellationToken.None);
    }

    /// <summary>Keeps what is reported, and can do something at each report.</summary>
    internal sealed class Listener(Action<Report>? then = null) : IProgress<Report>
    {
        private readonly List<Report> _reports = [];

        public IReadOnlyList<Report> Reports
        {
            get
            {
                lock (_reports)
                    return [.. _reports];
            }
        }

        public void Report(Report value)
        {
            lock (_reports)
                _reports.Add(value);
            then?.Invoke(value);
        }
    }
}
