using System.Globalization;
using System.Security.Cryptography;
using Google.Rpc;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Gke;

/// <summary>The project's clusters and the operations on them. Everything in it is changed and read under one lock.</summary>
/// <param name="options">Clock and delays: as the simulator's.</param>
/// <param name="faults">What goes wrong on request.</param>
internal sealed class GkeProject(SimulatedClusterOptions options, FaultBook faults) : IAsyncDisposable
{
    private static readonly (string, int)[] NodeStages = [("NODES_CHANGING", 3)];

    private readonly Dictionary<ResourceName, LiveCluster> _clusters = [];
    private readonly List<OperationRun> _operations = [];
    private readonly List<Task> _running = [];

    public Lock Gate { get; } = new();

    public SimulatedClusterOptions Options => options;

    /// <summary>What goes wrong in the project and in its clusters.</summary>
    public FaultBook Faults => faults;

    private TimeSpan Step => options.Delays ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;

    /// <summary>The clusters of a location, or of all.</summary>
    public IEnumerable<LiveCluster> ClustersIn(ResourceName parent)
    {
        parent.RequireProject();
        return _clusters.Values.Where(cluster => cluster.Name.IsIn(parent));
    }

    /// <summary>The operations of a location, or of all.</summary>
    public IEnumerable<OperationRun> OperationsIn(ResourceName parent)
    {
        parent.RequireProject();
        return _operations.Where(run => run.Target.IsIn(parent));
    }

    /// <exception cref="GoogleError">There is no such cluster.</exception>
    public LiveCluster Require(ResourceName name)
    {
        name.RequireProject();
        return _clusters.TryGetValue(name with { NodePool = "" }, out var live) ? live : throw new GoogleError(Code.NotFound, $"Not found: {name.Short}.");
    }

    /// <exception cref="GoogleError">There is no such cluster, or an operation works on it.</exception>
    public LiveCluster RequireIdle(ResourceName name)
    {
        var live = Require(name);
        if (_operations.Find(run => !run.IsDone && run.Target == live.Name) is { } busy)
        {
            throw new GoogleError(
                Code.FailedPrecondition,
                $"Operation {busy.Description.Name} is currently {Doing(busy.Description.OperationType)} cluster {live.Name.Cluster}. Please wait and try again once it is done.");
        }

        return live;
    }

    /// <exception cref="GoogleError">There is no such operation.</exception>
    public OperationRun RequireOperation(ResourceName name)
    {
        name.RequireProject();
        return _operations.Find(run => run.Description.Name == name.Operation && run.Target.Location == name.Location)
            ?? throw new GoogleError(Code.NotFound, $"Not found: projects/{name.Project}/{name.Place}/operations/{name.Operation}.");
    }

    /// <exception cref="GoogleError">There is one of that name.</exception>
    public void Add(LiveCluster live)
    {
        if (!_clusters.TryAdd(live.Name, live))
            throw new GoogleError(Code.AlreadyExists, $"Already exists: {live.Name.Short}.");
    }

    public void Remove(LiveCluster live) => _clusters.Remove(live.Name);

    /// <summary>A change of a running cluster: what it asks for holds at once, the nodes follow at the operation's end.</summary>
    /// <param name="name">The cluster, or the node pool that is meant.</param>
    /// <param name="type">What the operation is called.</param>
    /// <param name="method">The method that asks, as faults name it.</param>
    /// <param name="change">Changes the description; a <see cref="GoogleError"/> of it leaves the cluster as it was.</param>
    public Operation Change(ResourceName name, Operation.Types.Type type, string method, Action<Cluster> change)
    {
        lock (Gate)
        {
            var live = RequireIdle(name);
            if (live.Kubernetes is null)
                throw new GoogleError(Code.FailedPrecondition, $"Cluster is not running: {name.Short}.");
            live.Change(change);
            live.Description.Status = Cluster.Types.Status.Reconciling;
            return Begin(live, name, type, NodeStages, method, () => SettleAsync(live), _ => live.Description.Status = Cluster.Types.Status.Running);
        }
    }

    /// <summary>Begins an operation; called under the lock.</summary>
    /// <param name="live">The cluster that it works on.</param>
    /// <param name="target">What it is about: the cluster, or a pool of it.</param>
    /// <param name="type">What it is called.</param>
    /// <param name="stages">The names of its metrics, each of so many steps; null for those of nodes.</param>
    /// <param name="method">The method that asked, as faults name it.</param>
    /// <param name="work">What is done at its end.</param>
    /// <param name="failed">Told of what went wrong, under the lock.</param>
    public Operation Begin(
        LiveCluster live, ResourceName target, Operation.Types.Type type, IReadOnlyList<(string, int)>? stages, string method, Func<Task> work, Action<Status> failed)
    {
        var fault = faults.Strike(new FaultEvent("gke") { Verb = $"{method}/operation", Name = live.Name.Cluster });
        var number = string.Create(CultureInfo.InvariantCulture, $"operation-{options.Time.GetUtcNow().ToUnixTimeMilliseconds()}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
        var run = new OperationRun(
            new Operation
            {
                Name = number,
                OperationType = type,
                Status = Operation.Types.Status.Pending,
                Location = live.Name.Location,
                Zone = live.Name.Location,
                StartTime = OperationRun.Now(options.Time),
                // Google names targets by the project's number.
                TargetLink = target.Link(SimulatedProject.Number),
                SelfLink = $"https://{SimulatedProject.Service}/v1/projects/{SimulatedProject.Number}/{live.Name.Place}/operations/{number}",
            },
            live.Name, Gate, options.Time);
        _operations.Add(run);
        _running.RemoveAll(task => task.IsCompleted);
        _running.Add(Task.Run(() => run.RunAsync(stages ?? NodeStages, Step, fault, work, failed)));
        return run.Description.Clone();
    }

    /// <summary>Brings the nodes of a cluster to what its pools say, and its control plane to its version; then it runs.</summary>
    public Task SettleAsync(LiveCluster live)
    {
        lock (Gate)
        {
            live.Kubernetes!.Api.Options.GitVersion = SimulatedProject.Version(live.Description.CurrentMasterVersion);
            NodePools.Reconcile(live);
            live.Description.Status = Cluster.Types.Status.Running;
            live.SetPools(NodePool.Types.Status.Running);
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        List<Task> running;
        List<LiveCluster> clusters;
        lock (Gate)
        {
            _operations.ForEach(run => run.Cancel());
            running = [.. _running];
            clusters = [.. _clusters.Values];
        }

        await Task.WhenAll(running);
        foreach (var cluster in clusters)
        {
            if (cluster.Kubernetes is { } kubernetes)
                await kubernetes.DisposeAsync();
        }

        _operations.ForEach(run => run.Dispose());
    }

    private static string Doing(Operation.Types.Type type) => type switch
    {
        Operation.Types.Type.CreateCluster => "creating",
        Operation.Types.Type.DeleteCluster => "deleting",
        _ => "updating",
    };
}
