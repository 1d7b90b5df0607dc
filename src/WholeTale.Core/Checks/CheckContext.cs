using WholeTale.Core.Access;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Checks;

/// <summary>What the checks of a run share. What several need is asked for once.</summary>
internal sealed class CheckContext
{
    private readonly Lazy<Task<string>> version;
    private readonly Lazy<Task<Deployment.Deployment>> deployment;
    private readonly Lazy<Task<IngressStatus?>> ingress;
    private readonly Lazy<Task<GirderView>> girder;

    /// <summary>Begins a run of checks.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="api">Its API server.</param>
    /// <param name="outside">The world outside.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends what is shared.</param>
    internal CheckContext(Cluster cluster, ApiClient api, IOutside outside, TimeProvider time, CancellationToken stop)
    {
        Cluster = cluster;
        Api = api;
        Outside = outside;
        Time = time;
        Resolved = cluster.Settings ?? new ResolvedSettings(new Settings { ClusterName = cluster.Name, Namespace = cluster.Namespace }, [], Environment.CurrentDirectory);
        version = new(() => Api.GetVersionAsync(stop));
        deployment = new(() => DeploymentStatus.ReadAsync(Cluster, Api, stop));
        ingress = new(() => IngressStatus.ReadAsync(Api, Namespace, _ => null, stop));
        girder = new(() => GirderView.OpenAsync(this, stop));
    }

    /// <summary>The cluster.</summary>
    public Cluster Cluster { get; }

    /// <summary>Its API server.</summary>
    public ApiClient Api { get; }

    /// <summary>The world outside.</summary>
    public IOutside Outside { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The settings in force, with where they came from.</summary>
    public ResolvedSettings Resolved { get; }

    /// <summary>The settings in force.</summary>
    public Settings Settings => Resolved.Settings;

    /// <summary>The platform's namespace.</summary>
    public string Namespace => Cluster.Namespace;

    /// <summary>The command that shows a component's log.</summary>
    public string LogOf(string component) => LogCommand.Of(Cluster.Name, component);

    /// <summary>The version of Kubernetes; fails where the server does not answer.</summary>
    public Task<string> VersionAsync(CancellationToken cancellationToken) => version.Value.WaitAsync(cancellationToken);

    /// <summary>The platform's state.</summary>
    public Task<Deployment.Deployment> DeploymentAsync(CancellationToken cancellationToken) => deployment.Value.WaitAsync(cancellationToken);

    /// <summary>The outer door; null where there is none.</summary>
    public Task<IngressStatus?> IngressAsync(CancellationToken cancellationToken) => ingress.Value.WaitAsync(cancellationToken);

    /// <summary>Girder, with its administrator logged in.</summary>
    public Task<GirderView> GirderAsync(CancellationToken cancellationToken) => girder.Value.WaitAsync(cancellationToken);
}
