using System.Collections.Concurrent;
using WholeTale.Simulator.Patching;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation;

namespace WholeTale.Simulator.Api;

/// <summary>
/// One simulated API server: its kinds, its objects, and who may do what. Hosting maps it onto a web server
/// (<see cref="KubernetesApiExtensions.UseKubernetesApi"/>); controllers get a <see cref="Client"/>.
/// </summary>
internal sealed class KubernetesApi
{
    private readonly Dictionary<(string Resource, string Subresource), ConnectHandler> _connectors = [];
    private readonly ConcurrentDictionary<(Kind, string), FieldManager> _ownership = new();

    public KubernetesApi(KubernetesApiOptions options)
    {
        Options = options;
        Store = new ObjectStore(options.Time);
        Rules = new RuleBook(Store, options.Minor);
        Admission = new Admission(this);
        Writes = new WritePipeline(this);
        Authorizer = new Authorizer(this);
        Tokens = new TokenIssuer(this);
        Tables = new Tables(this);
        OpenApi = new OpenApi(this);
        _ = new CustomResources(this);
        Bootstrap.Run(this);
    }

    public KubernetesApiOptions Options { get; }

    public KindRegistry Kinds { get; } = new();

    public ObjectStore Store { get; }

    public RuleBook Rules { get; }

    public Admission Admission { get; }

    public WritePipeline Writes { get; }

    public Authorizer Authorizer { get; }

    public TokenIssuer Tokens { get; }

    public Tables Tables { get; }

    public OpenApi OpenApi { get; }

    /// <summary>A writer for a controller, e.g. <c>Client("kube-controller-manager")</c>.</summary>
    public ObjectClient Client(string manager) => new(this, Caller.System(manager));

    /// <summary>
    /// Serves a subresource that is a conversation rather than an object: <c>pods/log</c>, <c>pods/exec</c>, <c>services/proxy</c>.
    /// The handler is called after authentication and authorization, with the object found.
    /// </summary>
    public void Connect(string resource, string subresource, ConnectHandler handler) => _connectors[(resource, subresource)] = handler;

    public ConnectHandler? Connector(string resource, string subresource) => _connectors.GetValueOrDefault((resource, subresource));

    /// <summary>The keeper of managedFields of a kind, or of one of its subresources.</summary>
    public FieldManager Ownership(Kind kind, string subresource) => _ownership.GetOrAdd((kind, subresource), key =>
    {
        // resetFields: what the strategy would throw away is not owned either.
        var ignored = new FieldSet();
        if (key.Item2 == "status")
        {
            ignored.Descend("f:spec").IsMember = true;
            if (key.Item1.Custom)
                ignored.Descend("f:metadata").IsMember = true;
            else
                ignored.Descend("f:metadata").Descend("f:labels").IsMember = key.Item1.Group == "apps" && key.Item1.Name == "Deployment";
        }
        else if (key.Item1.HasStatus)
        {
            ignored.Descend("f:status").IsMember = true;
        }

        return new FieldManager(Rules.Of(key.Item1).Schema, ignored, Store.Timestamp);
    });
}
