using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using WholeTale.Simulator.Admin;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Backends;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Scheduling;
using WholeTale.Simulator.Streams;

namespace WholeTale.Simulator.Hosting;

/// <summary>One simulated Kubernetes cluster: an API server on a loopback port with an authority of its own, and the controllers that bring its objects to life.</summary>
internal sealed class SimulatedCluster : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Authority _authority;
    private readonly ControllerManager _controllers;

    private SimulatedCluster(SimulatedClusterOptions options, WebApplication app, Authority authority, KubernetesApi api, ControllerManager controllers, RequestLog requests)
    {
        Options = options;
        _app = app;
        _authority = authority;
        Api = api;
        _controllers = controllers;
        Requests = requests;
    }

    public SimulatedClusterOptions Options { get; }

    /// <summary>The API server's kinds and objects.</summary>
    public KubernetesApi Api { get; }

    /// <summary>What was asked of the API server lately.</summary>
    public RequestLog Requests { get; }

    /// <summary>What goes wrong on request.</summary>
    public FaultBook Faults => _controllers.World.Faults;

    /// <summary>What the controllers work with.</summary>
    public World World => _controllers.World;

    /// <summary>The control loops.</summary>
    public ControllerManager Controllers => _controllers;

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Told of what a controller could not do.</summary>
    public event Action<string>? Complaint
    {
        add => _controllers.Complaint += value;
        remove => _controllers.Complaint -= value;
    }

    /// <summary>The administrator's token.</summary>
    public string Token => Api.Options.AdminToken;

    /// <summary>The authority's certificate.</summary>
    public string AuthorityPem => _authority.Pem;

    /// <summary>Starts a cluster; it is ready when this returns.</summary>
    /// <param name="options">What it is like.</param>
    /// <param name="configure">Adds to the web server, before the Kubernetes API: services.</param>
    /// <param name="extend">Adds middleware and endpoints, before the Kubernetes API.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<SimulatedCluster> StartAsync(
        SimulatedClusterOptions options, Action<WebApplicationBuilder>? configure, Action<WebApplication, SimulatedCluster>? extend, CancellationToken cancellationToken)
    {
        var authority = new Authority(options.Name, options.Time);
        var api = new KubernetesApi(new KubernetesApiOptions
        {
            AdminToken = options.Token ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)),
            ClientAuthority = authority.Certificate,
            Time = options.Time,
            GitVersion = options.Version,
            ForeignTokens = options.ForeignTokens,
        });

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(SimulatedCluster).Assembly.GetName().Name });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        IngressFront? front = null;
        World? world = null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Listen(kestrel, options, authority);
            var own = SslStreamCertificateContext.Create(authority.Server, additionalCertificates: null, offline: true);
            ListenAsIngress(kestrel, host => front?.CertificateFor(host) ?? own);
            ListenAsPods(kestrel, target => PodTls.Find(world!, target) ?? authority.Server);
        });
        var connections = new PodConnections();
        builder.Services.AddSingleton<IConnectionListenerFactory>(connections);
        configure?.Invoke(builder);
        var app = builder.Build();

        var controllers = new ControllerManager(api, options, authority.Pem);
        var cluster = new SimulatedCluster(options, app, authority, api, controllers, new RequestLog(options.Time));
        var backends = new ContainerBackends(controllers.World);
        backends.Connect(api);
        new PodStreams(controllers.World, controllers.Pods, connections).Connect(api);
        world = controllers.World;
        front = new IngressFront(controllers.World, backends);
        app.Use(backends.AnswerConnectionsAsync);
        app.Use(front.AnswerAsync);
        app.UseWebSockets();
        app.Use(cluster.Requests.RecordAsync);
        extend?.Invoke(app, cluster);
        app.Use(new ApiFaults(cluster.Faults, api).InvokeAsync);
        app.UseKubernetesApi(api);
        await app.StartAsync(cancellationToken);
        // In the order in which they were asked for: the API server, then the ingress.
        var addresses = app.Urls.Select(url => new Uri(url)).Where(url => url is { Scheme: "https", IsLoopback: true }).ToList();
        cluster.Endpoint = addresses[0];
        controllers.World.IngressPort = addresses[1].Port;
        controllers.Start(cluster.Endpoint.Port);
        return cluster;
    }

    /// <summary>Registers a node as its kubelet would.</summary>
    public void AddNode(NodeSpec spec, int number) => new Nodes(World).Register(spec, number);

    /// <summary>Takes a node away, with its machine.</summary>
    public void RemoveNode(string name) => World.Kubelet.Delete(World.Node, null, name);

    public async ValueTask DisposeAsync()
    {
        await _controllers.DisposeAsync();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _authority.Dispose();
    }

    private static void Listen(KestrelServerOptions kestrel, SimulatedClusterOptions options, Authority authority)
    {
        kestrel.AddServerHeader = false;
        // The API server refuses what is over its own limit with a Status.
        kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024;
        // Warnings quote what clients have sent.
        kestrel.ResponseHeaderEncodingSelector = _ => System.Text.Encoding.UTF8;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 250;
        kestrel.Listen(IPAddress.Loopback, options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = authority.Server,
                SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                // Who the certificate makes the caller is the API's to judge: a wrong one is 401, not a broken handshake.
                ClientCertificateValidation = (_, _, _) => true,
            });
        });
    }

    // Where no Ingress has a certificate for the host, controllers show one of their own.
    private static void ListenAsIngress(KestrelServerOptions kestrel, Func<string?, SslStreamCertificateContext> certificateFor) => kestrel.Listen(IPAddress.Loopback, 0, listen =>
    {
        listen.Use(next => connection =>
        {
            connection.Items[IngressFront.Mark] = true;
            return next(connection);
        });
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = hello => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificateFor(hello.ClientHelloInfo.ServerName) }),
        });
    });

    private static void ListenAsPods(KestrelServerOptions kestrel, Func<PodPort, X509Certificate2> certificateFor)
    {
        kestrel.Listen(new PodConnections.Place(isSecure: false));
        kestrel.Listen(new PodConnections.Place(isSecure: true), listen => listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificateSelector = (connection, _) => certificateFor((PodPort)connection!.Items[typeof(PodPort)]!),
        }));
    }
}
