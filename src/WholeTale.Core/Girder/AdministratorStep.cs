using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Girder;

/// <summary>Logs the administrator in, and registers it where Girder has no such user. The first user of a Girder is its administrator.</summary>
internal static class AdministratorStep
{
    public const string Name = "Administrator";

    /// <summary>The Secret that a deploy keeps login and password in.</summary>
    public const string SecretName = "girder-admin";

    /// <summary>Reads the administrator's login and password from the cluster.</summary>
    public static async Task<(string Login, Secret Password)> CredentialAsync(ApiClient api, string @namespace, GirderErrors errors, CancellationToken cancellationToken)
    {
        var data = (await api.FindAsync(Reference(@namespace), cancellationToken))?["data"];
        if ((string?)data?["login"] is not { } login || (string?)data["password"] is not { } password)
        {
            throw errors.Failed(
                Name, null, FailureKind.NotFound, $"the namespace {@namespace} has no Secret {SecretName} with login and password.", "Deploy the platform first (Deploy-WholeTale): that makes it.");
        }
        return (Decode(login), new Secret(Decode(password)));
    }

    public static ObjectReference Reference(string @namespace) => new(ResourceTypes.Secret, @namespace, SecretName);

    public static async Task<GirderStep> RunAsync(GirderSession session, string login, Secret password, CancellationToken cancellationToken)
    {
        var client = session.Client;
        var reply = await client.TryLogInAsync(Name, login, password, cancellationToken);
        var result = AppliedResult.Unchanged;
        if (reply is { Status: HttpStatusCode.Unauthorized, IsApiServers: false })
        {
            // Girder says the same for a wrong password and for a user that it does not have: only registering tells.
            reply = await RegisterAsync(session, login, password, cancellationToken);
            result = AppliedResult.Created;
        }
        if (!reply.Succeeded)
            throw client.Errors.Refused(Name, result == AppliedResult.Created ? "POST user" : "GET user/authentication", reply);

        var user = result == AppliedResult.Created ? reply.Body : reply.Body?["user"];
        if ((string?)reply.Body?["authToken"]?["token"] is not { } token)
            throw client.Errors.Unexpected(Name, result == AppliedResult.Created ? "POST user" : "GET user/authentication", "a token");
        if (!((bool?)user?["admin"] ?? false))
        {
            throw client.Errors.Failed(
                Name, HttpStatusCode.Forbidden, FailureKind.Forbidden, $"the user {login} is not an administrator of this Girder, which had another user first.",
                $"Let an administrator of Girder make {login} one, or name that administrator in the Secret {SecretName}.");
        }
        client.Token = new Secret(token);
        return new GirderStep(Name, result);
    }

    private static async Task<GirderReply> RegisterAsync(GirderSession session, string login, Secret password, CancellationToken cancellationToken)
    {
        var girder = session.Settings.Settings.Girder;
        var reply = await session.Client.TryWriteAsync(Name, HttpMethod.Post, "user", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["login"] = login,
            ["email"] = girder.AdminEmail.Length > 0 ? girder.AdminEmail : $"{login}@{session.Domain}",
            ["firstName"] = girder.AdminFirstName,
            ["lastName"] = girder.AdminLastName,
            ["password"] = password.Reveal(),
        }, cancellationToken);

        // Only this 400 means that the user is there; every other one is an error.
        if (reply is { Status: HttpStatusCode.BadRequest, Type: "validation", Field: "login" } && reply.Message.Contains("already", StringComparison.OrdinalIgnoreCase))
        {
            throw session.Client.Errors.Failed(
                Name, reply.Status, FailureKind.Unauthenticated, $"Girder has a user {login} already, and its password is not that of the Secret {SecretName}.",
                "Give the user's password by the setting Secrets.AdminPassword (Deploy-WholeTale), or change it in Girder to that of the Secret.");
        }
        return reply;
    }

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}
