using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Gke.Identity;
using WholeTale.Simulator.Gke.Rest;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Gke;

/// <summary>The simulated Google: ClusterManager over gRPC and REST on a TLS port of its own, token endpoint and metadata server on a plain one, all on loopback.</summary>
internal sealed class GoogleServer : IAsyncDisposable
{
    // Who is led here in their place, by a proxy or by hosts of his own, and trusts the authority, finds the names that he asked for.
    private static readonly string[] Hosts = ["container.googleapis.com", "iamcredentials.googleapis.com", "oauth2.googleapis.com", "sts.googleapis.com"];

    private readonly WebApplication _app;
    private readonly Authority _authority;
    private readonly GkeProject _project;
    private readonly GoogleAccounts _accounts;

    private GoogleServer(WebApplication app, Authority authority, GkeProject project, GoogleAccounts accounts, GoogleTokens tokens)
    {
        _app = app;
        _authority = authority;
        _project = project;
        _accounts = accounts;
        Tokens = tokens;
    }

    /// <summary>The access tokens in use.</summary>
    public GoogleTokens Tokens { get; }

    /// <summary>Where the API listens.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Where tokens are given, and the metadata server listens.</summary>
    public Uri Plain { get; private set; } = null!;

    public string AuthorityPem => _authority.Pem;

    /// <summary>Starts it; it is ready when this returns.</summary>
    /// <param name="options">Clock, delays and seed, which the clusters made here share.</param>
    /// <param name="faults">What goes wrong on request.</param>
    /// <param name="complain">Told of what should not have happened.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<GoogleServer> StartAsync(SimulatedClusterOptions options, FaultBook faults, Action<string> complain, CancellationToken cancellationToken)
    {
        var authority = new Authority("google", options.Time, Hosts);
        var accounts = new GoogleAccounts();
        var tokens = new GoogleTokens(options.Time);
        var project = new GkeProject(options, faults);
        var calls = new GkeCalls(project, new ClusterLife(project, tokens.Owner, complain), tokens, faults);
        var login = new Login(accounts, tokens, faults, options.Time);

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(GoogleServer).Assembly.GetName().Name });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, authority));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(calls);
        builder.Services.AddSingleton<GkeGrpc>();
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            if (await login.TryAnswerAsync(context))
                return;
            if (context.Request.IsHttps)
                await next(context);
            else
                await OAuthAnswer.RefuseAsync(context, "not_found", null, StatusCodes.Status404NotFound);
        });
        app.MapGrpcService<GkeGrpc>();
        app.Map("/v1/projects/{project}/services/{service}", (HttpContext context, string project, string service) => AnswerServiceAsync(context, tokens, project, service));
        app.Map("/v1/projects/{**rest}", new GkeRest(calls).AnswerAsync);
        var server = new GoogleServer(app, authority, project, accounts, tokens);
        await app.StartAsync(cancellationToken);
        server.Endpoint = new Uri(app.Urls.First(url => url.StartsWith("https:", StringComparison.Ordinal)));
        server.Plain = new Uri(app.Urls.First(url => url.StartsWith("http:", StringComparison.Ordinal)));
        login.TokenUri = server.TokenUri;
        return server;
    }

    /// <summary>What the instance's description says of it.</summary>
    public JsonObject Describe() => new()
    {
        ["endpoint"] = Endpoint.AbsoluteUri.TrimEnd('/'),
        ["certificateAuthority"] = AuthorityPem,
        ["tokenUri"] = TokenUri,
        ["metadataHost"] = Plain.Authority,
        ["project"] = SimulatedProject.Id,
        ["locations"] = new JsonArray([.. Catalogue.Locations.Select(location => JsonValue.Create(location))]),
        ["impersonatedAccount"] = GoogleAccounts.Impersonated,
    };

    /// <summary>The credentials that it takes: what the description calls each file, its name and what stands in it.</summary>
    /// <param name="folder">Where the files lie.</param>
    public IReadOnlyList<(string Member, string Name, string Content)> Credentials(string folder)
    {
        const string SubjectToken = "gke-subject-token";
        return
        [
            ("serviceAccountKeyFile", "gke-service-account.json", _accounts.KeyFile(TokenUri).ToJsonString()),
            ("authorizedUserFile", "gke-authorized-user.json", _accounts.UserFile(TokenUri).ToJsonString()),
            ("impersonatedAccountFile", "gke-impersonated-account.json", _accounts.ImpersonationFile(TokenUri, Plain).ToJsonString()),
            ("externalAccountFile", "gke-external-account.json", GoogleAccounts.FederationFile(Plain, Path.Combine(folder, SubjectToken)).ToJsonString()),
            ("subjectTokenFile", SubjectToken, _accounts.SubjectToken(_project.Options.Time.GetUtcNow())),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        await _project.DisposeAsync();
        _accounts.Dispose();
        _authority.Dispose();
    }

    private string TokenUri => new Uri(Plain, "/token").AbsoluteUri;

    // Service Usage, which gcloud asks before it creates anything: the API is enabled.
    private static Task AnswerServiceAsync(HttpContext context, GoogleTokens tokens, string project, string service)
    {
        try
        {
            tokens.Require(context.Request.Headers.Authorization.ToString());
            var name = $"projects/{SimulatedProject.Number}/services/{service}";
            return context.Response.WriteAsJsonAsync(new JsonObject { ["name"] = name, ["parent"] = $"projects/{project}", ["state"] = "ENABLED" }, context.RequestAborted);
        }
        catch (GoogleError error)
        {
            return GkeRest.RefuseAsync(context, error);
        }
    }

    private static void Listen(KestrelServerOptions kestrel, Authority authority)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 4 * 1024 * 1024;
        kestrel.Listen(IPAddress.Loopback, 0);
        kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = authority.Server });
        });
    }
}
