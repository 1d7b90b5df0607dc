using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace WholeTale.Simulator.Api;

/// <summary>Finds out who makes a request: by bearer token, by client certificate, or nobody in particular.</summary>
internal sealed class Authenticator(KubernetesApi api)
{
    private readonly byte[] _adminToken = Encoding.UTF8.GetBytes(api.Options.AdminToken);

    /// <exception cref="ApiStatusException">Credentials were given and are not good (401).</exception>
    public Caller Authenticate(HttpContext context)
    {
        var manager = Manager(context.Request.Headers.UserAgent.ToString());
        if (context.Connection.ClientCertificate is { } certificate && Certified(certificate, manager) is { } certified)
            return certified;
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            var token = authorization["Bearer ".Length..].Trim();
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), _adminToken))
                return new Caller("kubernetes-admin", ["system:masters", "system:authenticated"], manager);
            if (api.Options.ForeignTokens?.Invoke(token) is { } account)
                return new Caller(account, ["system:masters", "system:authenticated"], manager);
            return api.Tokens.Check(token, manager) ?? throw Unauthorized();
        }

        if (context.Connection.ClientCertificate is not null)
            throw Unauthorized();
        return new Caller("system:anonymous", ["system:unauthenticated"], manager);
    }

    private Caller? Certified(X509Certificate2 certificate, string manager)
    {
        if (api.Options.ClientAuthority is not { } authority)
            return null;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = api.Options.Time.GetUtcNow().UtcDateTime;
        if (!chain.Build(certificate))
            return null;
        var parts = certificate.SubjectName.EnumerateRelativeDistinguishedNames().ToList();
        var name = parts.Find(part => part.GetSingleElementType().FriendlyName == "CN" || part.GetSingleElementType().Value == "2.5.4.3")?.GetSingleElementValue();
        if (name is null)
            return null;
        var groups = parts.Where(part => part.GetSingleElementType().Value == "2.5.4.10").Select(part => part.GetSingleElementValue() ?? "");
        return new Caller(name, [.. groups, "system:authenticated"], manager);
    }

    private static ApiStatusException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    // managerOrUserAgent: the user agent up to its first slash, printable.
    private static string Manager(string userAgent)
    {
        var slash = userAgent.IndexOf('/', StringComparison.Ordinal);
        var manager = slash < 0 ? userAgent : userAgent[..slash];
        return manager.Length > 128 ? manager[..128] : manager;
    }
}
