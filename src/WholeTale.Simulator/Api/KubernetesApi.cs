using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>
/// One simulated API server: its kinds, its objects, and who may do what. Hosting maps it onto a web server
/// (<see cref="KubernetesApiExtensions.UseKubernetesApi"/>); controllers get a <see cref="Client"/>.
/// </summary>
internal sealed class KubernetesApi(KubernetesApiOptions options)
{
    private readonly Dictionary<(string Resource, string Subresource), ConnectHandler> _connectors = [];

    public KubernetesApiOptions Options => options;

    public KindRegistry Kinds { get; } = new();

    public ObjectStore Store { get; } = new(options.Time);

    /// <summary>A writer for a controller, e.g. <c>Client("kube-controller-manager")</c>.</summary>
    public ObjectClient Client(string manager) => new(this, Caller.System(manager));

    /// <summary>
    /// Serves a subresource that is a conversation rather than an object: <c>pods/log</c>, <c>pods/exec</c>, <c>services/proxy</c>.
    /// The handler is called after authentication and authorization, with the object found.
    /// </summary>
    public void Connect(string resource, string subresource, ConnectHandler handler) => _connectors[(resource, subresource)] = handler;

    public ConnectHandler? Connector(string resource, string subresource) => _connectors.GetValueOrDefault((resource, subresource));
}
