using WholeTale.Simulator.Api;
using WholeTale.Simulator.Hosting;
using WholeTale.Simulator.Kubelet;
using WholeTale.Simulator.Scheduling;

namespace WholeTale.Simulator.Controllers;

/// <summary>All control loops of one cluster.</summary>
internal sealed class ControllerManager : IAsyncDisposable
{
    private readonly List<ControllerLoop> _loops = [];
    private readonly ChangeFeed _feed;

    public ControllerManager(KubernetesApi api, SimulatedClusterOptions options, string authorityPem)
    {
        World = new World(api, options);
        Pods = new Kubelets(World);
        var controllers = new List<IController>
        {
            new NamespaceController(World, authorityPem),
            new GarbageCollector(World),
            new RoleAggregation(World),
            new DefinitionFinalizer(World),
            new DeploymentController(World),
            new ReplicaSetController(World),
            new StatefulSetController(World),
            new DaemonSetController(World),
            new JobController(World),
            new CronJobController(World),
            new ClaimController(World),
            new VolumeController(World),
            new ClaimProtection(World),
            new EndpointsController(World),
            new EndpointSliceController(World),
            new LoadBalancerController(World),
            new IngressController(World),
            new QuotaController(World),
            new DisruptionController(World),
        };
        if (options.RunsPods && options.HasNodes)
            controllers.AddRange([new Scheduler(World), Pods, new NodeLifecycle(World), new Heartbeat(World)]);
        foreach (var controller in controllers)
            _loops.Add(new ControllerLoop(controller, api.Store, Complain));
        _feed = new ChangeFeed(api.Store, options.ControllerLatency, _loops);
        World.Faults.Changed += Resync;
    }

    /// <summary>What the controllers work with.</summary>
    public World World { get; }

    /// <summary>The pods that run.</summary>
    public Kubelets Pods { get; }

    /// <summary>Whether the controllers have acted on all that has happened: nothing changes by itself but for what takes time.</summary>
    public bool IsSettled
    {
        get
        {
            // A loop that ends between the two looks has changed nothing, or the version tells.
            var version = World.Store.ResourceVersion;
            return _feed.IsCurrent && _loops.TrueForAll(loop => loop.IsIdle) && World.Store.ResourceVersion == version;
        }
    }

    /// <summary>Told of what a controller could not do.</summary>
    public event Action<string>? Complaint;

    /// <param name="port">Where the API server listens.</param>
    public void Start(int port)
    {
        Furniture.Place(World, port);
        _feed.Follow();
        World.Api.Kinds.Changed += _feed.Follow;
        foreach (var loop in _loops)
            loop.Start();
    }

    /// <summary>Keeps what changes from the controllers, as a slow network would, until they are resumed.</summary>
    public void Pause() => _feed.Pause();

    /// <summary>Lets the controllers hear of changes again.</summary>
    public void Resume() => _feed.Resume();

    public async ValueTask DisposeAsync()
    {
        World.Faults.Changed -= Resync;
        World.Api.Kinds.Changed -= _feed.Follow;
        await _feed.DisposeAsync();
        foreach (var loop in _loops)
            await loop.DisposeAsync();
    }

    private void Resync()
    {
        foreach (var loop in _loops)
            loop.Resync();
    }

    private void Complain(string message) => Complaint?.Invoke(message);
}
