using WholeTale.Simulator.Api;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Controllers;

/// <summary>All control loops of one cluster.</summary>
internal sealed class ControllerManager : IAsyncDisposable
{
    private readonly List<ControllerLoop> _loops = [];

    public ControllerManager(KubernetesApi api, SimulatedClusterOptions options, string authorityPem)
    {
        World = new World(api, options);
        foreach (var controller in new IController[] { new NamespaceController(World, authorityPem), new GarbageCollector(World) })
            _loops.Add(new ControllerLoop(controller, api.Store, Complain));
    }

    /// <summary>What the controllers work with.</summary>
    public World World { get; }

    /// <summary>Told of what a controller could not do.</summary>
    public event Action<string>? Complaint;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var loop in _loops)
            loop.Start();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _loops)
            await loop.DisposeAsync();
    }

    private void Complain(string message) => Complaint?.Invoke(message);
}
