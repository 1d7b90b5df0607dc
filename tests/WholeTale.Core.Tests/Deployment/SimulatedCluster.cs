using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;
using WholeTale.Tests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>One simulator for the tests of a class; each test has a namespace of its own.</summary>
public sealed class SimulatedCluster : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wt-deploy-");
    private SimulatorProcess? _simulator;

    public ApiConnection Connection { get; private set; } = null!;

    public ApiClient Client => ApiClient.For(Connection);

    /// <summary>For the simulator's own administration.</summary>
    public HttpClient Http => _simulator!.Http;

    public async ValueTask InitializeAsync()
    {
        var simulator = _simulator = await SimulatorProcess.StartAsync();
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
