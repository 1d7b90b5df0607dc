using System.Net;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Girder;

/// <summary>
/// The settings give the administrator another password than the one that the cluster keeps. Only Girder can change it, so a deploy has it changed there just before it writes the Secret. A deploy
/// that dies between the two leaves a Girder that takes the new password alone; the next one finds that out.
/// </summary>
internal sealed class PasswordChange
{
    private const string Step = "Password";

    private readonly ApiClient api;
    private readonly TimeProvider time;
    private readonly string @namespace;
    private readonly string login;
    private readonly Secret kept;
    private readonly Secret given;

    private PasswordChange(ApiClient api, TimeProvider time, string @namespace, string login, Secret kept, Secret given)
    {
        this.api = api;
        this.time = time;
        this.@namespace = @namespace;
        this.login = login;
        this.kept = kept;
        this.given = given;
    }

    /// <summary>Finds out which password the Secret is to hold, and what is to be done in Girder before. Writes nothing.</summary>
    /// <param name="api">The API server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="namespace">The platform's namespace.</param>
    /// <param name="login">The administrator's login.</param>
    /// <param name="kept">The password that the cluster keeps.</param>
    /// <param name="given">Another one, that the settings give.</param>
    /// <param name="progress">Takes warnings.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The password, and the change; null where Girder needs none.</returns>
    public static async Task<(Secret Password, PasswordChange? Change)> PlanAsync(
        ApiClient api, TimeProvider time, string @namespace, string login, Secret kept, Secret given, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        var change = new PasswordChange(api, time, @namespace, login, kept, given);
        var client = change.Client();
        // One look tells whether Girder is there; the log-ins after it may repeat themselves.
        if (GirderVersion.Read(await client.ProbeAsync(cancellationToken)) is not null)
        {
            var withKept = await client.TryLogInAsync(Step, login, kept, cancellationToken);
            if (withKept.Succeeded)
                return (given, change);
            // Either it has been changed already, or Girder has no such user yet: its set-up will make it with this one.
            if (withKept is { Status: HttpStatusCode.Unauthorized, IsApiServers: false })
                return (given, null);
        }

        progress.Report(new WarningReport(
            "The administrator's password stays as it was, since Girder does not answer and only Girder can change it. Run Deploy-WholeTale once more when Girder is ready."));
        return (kept, null);
    }

    /// <summary>Has Girder change it.</summary>
    /// <exception cref="GirderException">Girder does not answer, or refuses the new password. The old one goes on being right.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var client = Client();
        var reply = await client.TryLogInAsync(Step, login, kept, cancellationToken);
        if ((string?)reply.Body?["authToken"]?["token"] is not { } token)
            throw client.Errors.Refused(Step, "GET user/authentication", reply);
        client.Token = new Secret(token);
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["old"] = kept.Reveal(), ["new"] = given.Reveal() };
        await client.WriteAsync(Step, HttpMethod.Put, "user/password", form, cancellationToken);
    }

    private GirderClient Client() => new(api.CreateServiceProxy(@namespace, "girder", "8080"), time) { Errors = GirderErrors.Deploy };
}
