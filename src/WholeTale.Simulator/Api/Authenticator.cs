using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace WholeTale.Simulator.Api;

/// <summary>Finds out who makes a request: by bearer token, by client certificate, or nobody in particular.</summary>
internal sealed class Authenticator(KubernetesApiOptions options)
{
    private readonly byte[] _adminToken = Encoding.UTF8.GetBytes(options.AdminToken);

    /// <exception cref="ApiStatusException">Credentials were given and are not good (401).</exception>
    public Caller Authenticate(HttpContext context)
    {
        var manager = Manager(context.Request.Headers.UserAgent.ToString());
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            var token = authorization["Bearer ".Length..].Trim();
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), _adminToken))
                return new Caller("kubernetes-admin", ["system:masters", "system:authenticated"], manager);
            throw new ApiStatusException(401, "Unauthorized", "Unauthorized");
        }

        return new Caller("system:anonymous", ["system:unauthenticated"], manager);
    }

    // managerOrUserAgent: the user agent up to its first slash, printable.
    private static string Manager(string userAgent)
    {
        var slash = userAgent.IndexOf('/', StringComparison.Ordinal);
        var manager = slash < 0 ? userAgent : userAgent[..slash];
        return manager.Length > 128 ? manager[..128] : manager;
    }
}
