using WholeTale.Core.Girder;

namespace WholeTale.Core.Checks;

/// <summary>Girder as its administrator sees it. Nothing is written through it.</summary>
/// <param name="Session">Girder and what belongs to it.</param>
/// <param name="LogIn">What came of logging in; null where it went well.</param>
internal sealed record GirderView(GirderSession Session, string? LogIn)
{
    private const string Step = "Check";

    /// <summary>Asks Girder for its version, and logs in.</summary>
    /// <exception cref="GirderException">It does not answer as Girder does.</exception>
    public static async Task<GirderView> OpenAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var client = new GirderClient(context.Api.CreateServiceProxy(context.Namespace, "girder", "8080"), context.Time)
        {
            AttemptTimeout = TimeSpan.FromSeconds(10),
            Errors = GirderErrors.Check.On(context.Cluster.Name),
        };
        var reply = await client.ProbeAsync(cancellationToken);
        var version = GirderVersion.Read(reply) ?? throw new GirderException(
            Step, reply?.Status, FailureKind.Unreachable, $"Girder does not answer: {(reply is null ? "nothing came back" : $"{(int)reply.Status}, {reply.Message}")}.",
            $"Look at its pod (Get-WholeTale) and its log ({context.LogOf("girder")}).");
        var session = new GirderSession
        {
            Client = client,
            Api = context.Api,
            Namespace = context.Namespace,
            Settings = context.Resolved,
            Progress = ReportSink.None,
            Version = version,
            Patience = GirderPatience.From(context.Resolved.Settings.Deploy),
        };
        return new GirderView(session, await LogInAsync(session, cancellationToken));
    }

    private static async Task<string?> LogInAsync(GirderSession session, CancellationToken cancellationToken)
    {
        try
        {
            var (login, password) = await AdministratorStep.CredentialAsync(session.Api, session.Namespace, session.Client.Errors, cancellationToken);
            var reply = await session.Client.TryLogInAsync(Step, login, password, cancellationToken);
            if (reply.Succeeded && (string?)reply.Body?["authToken"]?["token"] is { } token)
            {
                session.Client.Token = new Configuration.Secret(token);
                return null;
            }

            return $"Girder refuses the administrator {login} ({(int)reply.Status}: {reply.Message})";
        }
        catch (GirderException exception)
        {
            return exception.Message;
        }
    }
}
