using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using WholeTale.Core.Access;
using WholeTale.Core.Checks;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using SimulatedCluster = WholeTale.Core.Tests.Deployment.SimulatedCluster;

namespace WholeTale.Core.Tests.Checks;

/// <summary>A platform deployed once, for the tests of a class: they break one thing each and mend it again.</summary>
public sealed class DeployedPlatform : IAsyncLifetime
{
    public const string Namespace = "wholetale";

    private readonly SimulatedCluster simulated = new();

    public Cluster Cluster { get; private set; } = null!;

    public ApiClient Api => simulated.Client;

    /// <summary>What names lead to; those of no entry are unknown.</summary>
    internal KnownOutside Outside { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await simulated.InitializeAsync();
        Cluster = simulated.Cluster(Namespace);
        await using var plan = await PlatformDeployment.PlanAsync(Cluster, new DeployOptions(), new SimulatedCluster.Listener(), CancellationToken.None);
        await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
    }

    public ValueTask DisposeAsync() => simulated.DisposeAsync();

    public Cluster With(Func<Settings, Settings> change) => Cluster with { Settings = Cluster.Settings! with { Settings = change(Cluster.Settings.Settings) } };

    /// <summary>Runs the checks whose names begin so.</summary>
    internal async Task<IReadOnlyList<Check>> CheckAsync(string name = "", Cluster? cluster = null, TimeProvider? time = null, TimeSpan? patience = null)
    {
        var checks = new List<Check>();
        await foreach (var check in PlatformChecks.RunAsync(
            cluster ?? Cluster, candidate => candidate.StartsWith(name, StringComparison.Ordinal), patience ?? TimeSpan.FromSeconds(30), Outside, time ?? TimeProvider.System, ReportSink.None, CancellationToken.None))
        {
            checks.Add(check);
        }

        return checks;
    }

    /// <summary>Merges a patch into an object.</summary>
    internal async Task<JsonObject> PatchAsync(ResourceType type, string name, string patch) =>
        await Api.MergeAsync(new ObjectReference(type, type.Namespaced ? Namespace : null, name), (JsonObject)JsonNode.Parse(patch)!, CancellationToken.None);

    /// <summary>Gives the ingress addresses, as its controller would.</summary>
    internal async Task SetIngressAddressAsync(JsonArray addresses)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/apis/networking.k8s.io/v1/namespaces/{Namespace}/ingresses/ingress/status")
        {
            Content = new StringContent(
                new JsonObject { ["status"] = new JsonObject { ["loadBalancer"] = new JsonObject { ["ingress"] = addresses } } }.ToJsonString(), null, "application/merge-patch+json"),
        };
        using var answer = await simulated.Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Waits until a check comes out so.</summary>
    internal async Task<Check> EventuallyAsync(string name, CheckResult result)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var check = Assert.Single(await CheckAsync(name), found => found.Name == name);
            if (check.Result == result)
                return check;
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(20))
                Assert.Fail($"{check.Name} stays {check.Result}: {check.Seen}");
        }
    }

    /// <summary>Makes the API server answer certain requests so.</summary>
    internal Task FaultAsync(params IEnumerable<string> rules) => simulated.SetFaultsAsync(rules);

    /// <summary>A world that knows no more than it is told: nobody but this machine answers in it.</summary>
    internal sealed class KnownOutside : IOutside
    {
        private readonly Outside real = new();

        public Dictionary<string, IPAddress[]> Entries { get; } = new(StringComparer.Ordinal);

        public Task<PresentedCertificate> GetCertificateAsync(IngressAddress address, string host, bool isJudged, CancellationToken cancellationToken) => address.IsLoopback
            ? real.GetCertificateAsync(address, host, isJudged, cancellationToken)
            : throw new SocketException((int)SocketError.HostUnreachable);

        public Task<IReadOnlyList<IPAddress>> FindAddressesAsync(string host, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<IPAddress>>(Entries.GetValueOrDefault(host) ?? []);
    }
}
