using System.Runtime.CompilerServices;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Clusters;

/// <summary>Simulated clusters: a process on loopback each, which outlives the session that started it. No container runs in them.</summary>
public sealed class SimulatorProvider : IClusterProvider
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly SimulatorProgram program;
    private readonly TimeProvider time;

    /// <summary>The provider with the simulator that the module ships.</summary>
    public SimulatorProvider()
        : this(SimulatorProgram.Default, TimeProvider.System)
    {
    }

    internal SimulatorProvider(SimulatorProgram program, TimeProvider time)
    {
        this.program = program;
        this.time = time;
    }

    /// <inheritdoc/>
    public string Name => "Simulator";

    /// <inheritdoc/>
    public async Task<Cluster> CreateAsync(ClusterRequest request, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        CheckName(request.Name);
        var folder = FolderOf(request.Name, request.Settings);
        if (SimulatorState.Read(folder) is { } running)
            return Describe(running, request.Settings);

        var activity = $"Starting the simulated cluster {request.Name}";
        progress.Report(new ProgressReport(activity, "", "waiting for its API server"));
        await program.StartAsync(request.Name, folder, request.Settings, cancellationToken);
        progress.Report(new ProgressReport(activity, "", "running", 100, Completed: true));
        return SimulatorState.Read(folder) is { } started
            ? Describe(started, request.Settings)
            : throw new ClusterException(
                "SimulatorFailed", FailureKind.Refused, request.Name, $"The simulated cluster {request.Name} stopped as soon as it had started.",
                $"Look at {Path.Combine(folder, "simulator.log")}.");
    }

    /// <inheritdoc/>
    public Task<Cluster?> FindAsync(string name, ResolvedSettings settings, CancellationToken cancellationToken) =>
        Task.FromResult(IsName(name) && SimulatorState.Read(FolderOf(name, settings)) is { } state ? Describe(state, settings) : null);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Cluster> ListAsync(ResolvedSettings settings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var root = RootOf(settings);
        if (!Directory.Exists(root))
            yield break;
        foreach (var folder in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (SimulatorState.Read(folder) is { } state)
                yield return Describe(state, settings);
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(Cluster cluster, bool force, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        var folder = FolderOf(cluster.Name, cluster.Settings ?? throw new ClusterException(
            "ClusterWithoutSettings", FailureKind.InvalidInput, cluster.Name, $"The cluster object {cluster.Name} does not say where its state lies.", "Get it anew with 'Get-WTCluster'."));
        if (SimulatorState.Read(folder) is { } state)
        {
            await SimulatorProgram.StopAsync(state, cancellationToken);
            var deadline = time.GetUtcNow() + StopTimeout;
            while (SimulatorState.IsAlive(folder))
            {
                if (time.GetUtcNow() > deadline)
                {
                    throw new ClusterException(
                        "SimulatorDoesNotStop", FailureKind.TimedOut, cluster.Name, $"The simulated cluster {cluster.Name} (process {state.ProcessId}) does not stop.",
                        $"End the process {state.ProcessId} and look at {Path.Combine(folder, "simulator.log")}.");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
            }
        }

        if (File.Exists(Path.Combine(folder, "simulator.log")))
            Directory.Delete(folder, recursive: true);
    }

    private static string RootOf(ResolvedSettings settings) => Path.Combine(StateFolder.Of(settings), "clusters", "simulator");

    internal static string FolderOf(string name, ResolvedSettings settings) => Path.Combine(RootOf(settings), name);

    private static Cluster Describe(SimulatorState state, ResolvedSettings settings) => new()
    {
        Name = state.Name,
        Provider = "Simulator",
        Location = "loopback",
        Status = ClusterStatus.Running,
        KubernetesVersion = state.KubernetesVersion,
        NodeCount = state.Nodes,
        Endpoint = state.Endpoint,
        Namespace = settings.Settings.Namespace,
        Connection = state.Connect(),
        Settings = settings,
    };

    private static void CheckName(string name)
    {
        if (!IsName(name))
        {
            throw new ClusterException(
                "ClusterNameInvalid", FailureKind.InvalidInput, name, $"The cluster name '{name}' is not valid.",
                "Use at most 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen.");
        }
    }

    // The name becomes a folder's and goes into a kubeconfig.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= 63 && char.IsAsciiLetterLower(name[0]) && name[^1] != '-' && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
