using Google.Cloud.Container.V1;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Tests.Clusters;
using WholeTale.Gke;

namespace WholeTale.Core.Tests.Gke;

/// <summary>A far end with its settings, and time that passes as fast as it is waited for.</summary>
internal sealed class GkeWorld : IAsyncDisposable, IProgress<Report>
{
    private readonly ClusterFolder folder = new();
    private readonly List<Report> reports = [];

    private GkeWorld(GkeStub stub) => Stub = stub;

    public GkeStub Stub { get; }

    public GkeProvider Provider { get; } = new(new HurriedTime());

    public IReadOnlyList<Report> Reports
    {
        get
        {
            lock (reports)
                return [.. reports];
        }
    }

    public static async Task<GkeWorld> StartAsync(Func<SentCall, StubAnswer> answer) => new(await GkeStub.StartAsync(answer));

    public ResolvedSettings Settings(Func<GkeSettings, GkeSettings>? change = null)
    {
        var gke = new GkeSettings
        {
            ProjectId = "the-project",
            ApiEndpoint = Stub.Endpoint,
            CertificateAuthorityFile = folder.Write("authority.pem", Stub.Authority),
            RequestTimeout = TimeSpan.FromSeconds(20),
            OperationTimeout = TimeSpan.FromMinutes(30),
        };
        return folder.Settings(settings => settings with { Provider = "Gke", Gke = change is null ? gke : change(gke), Secrets = new SecretSettings { GkeAccessToken = new Secret("ya29.a-token") } });
    }

    public ClusterRequest Request(Func<GkeSettings, GkeSettings>? change = null) => new() { Name = "tales", Settings = Settings(change) };

    public Task<Core.Clusters.Cluster> CreateAsync(ClusterRequest? request = null) => Provider.CreateAsync(request ?? Request(), this, TestContext.Current.CancellationToken);

    public void Report(Report value)
    {
        lock (reports)
            reports.Add(value);
    }

    public async ValueTask DisposeAsync()
    {
        await Stub.DisposeAsync();
        folder.Dispose();
    }

    public static Google.Cloud.Container.V1.Cluster Cluster(Google.Cloud.Container.V1.Cluster.Types.Status status) => new()
    {
        Name = "tales", Location = "us-central1-a", Status = status, Endpoint = "203.0.113.7", CurrentMasterVersion = "1.33.4-gke.1036000", CurrentNodeCount = 4,
        ResourceLabels = { ["managed-by"] = "wholetale" },
    };

    public static Operation Operation(Operation.Types.Status status, Operation.Types.Type type = Google.Cloud.Container.V1.Operation.Types.Type.CreateCluster) => new()
    {
        Name = "operation-1", Status = status, OperationType = type, TargetLink = "https://container.googleapis.com/v1/projects/42/zones/us-central1-a/clusters/tales",
    };

    /// <summary>Waits are over at once, and the clock says that they took their time.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        private long waited;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref waited);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            // The deadline of a request is real: the far end may hang.
            if (dueTime >= TimeSpan.FromSeconds(20) || dueTime == Timeout.InfiniteTimeSpan)
                return base.CreateTimer(callback, state, dueTime >= TimeSpan.FromSeconds(20) ? TimeSpan.FromSeconds(2) : dueTime, period);
            Interlocked.Add(ref waited, dueTime.Ticks);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
