using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Certificates;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Deployment;

/// <summary>Finds the platform's secrets: given in the settings, else kept in the cluster, else made now. What is kept stays as it is, so that a repeated deploy changes nothing.</summary>
internal sealed class PlatformSecretStore(ResolvedSettings settings, string @namespace, TimeProvider time)
{
    private const int Length = 32;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Whether a Secret holds what was made once and is relied on since.</summary>
    internal static bool IsGenerated(string name) => name is "girder-admin" or "registry-secret" or "registry-credentials" or "registry-cert-secret" or "site-cert-secret";

    /// <summary>Secrets of the right form that are used for nothing: to check templates before the cluster is asked.</summary>
    internal static PlatformSecrets Placeholder(TlsMaterial? site) => new()
    {
        AdminPassword = new Secret("placeholder"),
        RegistryPassword = new Secret("placeholder"),
        RegistryHtpasswd = new Secret("placeholder"),
        RegistryHttpSecret = new Secret("placeholder"),
        RegistryCertificate = PlaceholderCertificate(""),
        SiteCertificate = site,
    };

    /// <summary>A certificate that is used for nothing, good for a domain at any time: in place of one that would be made.</summary>
    internal static TlsMaterial PlaceholderCertificate(string domain) =>
        new("placeholder", new Secret("placeholder"), DateTimeOffset.MinValue, DateTimeOffset.MaxValue, [$"*.{domain}", domain]);

    /// <summary>Gives the secrets for a deploy.</summary>
    /// <param name="live">The namespace's Secrets.</param>
    /// <param name="site">Reads the site's certificate; is told the one that the cluster holds.</param>
    /// <param name="administrator">Chooses between the administrator's password that the cluster keeps and another one that is given: only Girder can change it.</param>
    /// <param name="progress">Takes warnings.</param>
    internal async Task<PlatformSecrets> ResolveAsync(
        LiveObjects live, Func<TlsMaterial?, Task<TlsMaterial?>> site, Func<Secret, Secret, Task<Secret>> administrator, IProgress<Report> progress)
    {
        var given = settings.Settings.Secrets;
        CheckExisting(live);
        var registry = Find(live, "registry-secret");
        var registryPassword = Choose(given.RegistryPassword, Value(registry, "password"));

        // Hashes and keys take milliseconds each, and do not need each other.
        var htpasswd = Task.Run(() => Htpasswd(registryPassword, Value(registry, "registry.password")));
        var certificate = Task.Run(() => SelfSigned.KeepOrCreate(
            Certificate(live, "registry-cert-secret", progress), SelfSigned.RegistryNames(@namespace, settings.Settings.Domain),
            settings.Settings.Registry.KeyAlgorithm, settings.Settings.Registry.CertificateDays, time));
        var siteCertificate = await site(Certificate(live, "site-cert-secret", progress));
        return new PlatformSecrets
        {
            AdminPassword = await AdministratorAsync(Find(live, "girder-admin"), administrator),
            RegistryPassword = registryPassword,
            RegistryHtpasswd = await htpasswd,
            RegistryHttpSecret = Choose(new Secret(""), Value(registry, "http-secret")),
            RegistryCertificate = await certificate,
            SiteCertificate = siteCertificate,
        };
    }

    // The source Secret: somebody else keeps it, and the ingress would show no certificate, or a wrong one, without a word.
    private void CheckExisting(LiveObjects live)
    {
        if (settings.Settings.Certificate is not { Source: "Secret", SecretName: var name })
            return;
        var secret = Find(live, name);
        if (secret is null || Value(secret, "tls.crt") is not { } certificate || Value(secret, "tls.key") is not { } key)
        {
            throw new CertificateException(
                "CertificateSecretMissing", FailureKind.NotFound, name,
                secret is null ? $"The namespace {@namespace} has no Secret {name}, which Certificate.SecretName names." : $"The Secret {name} does not hold tls.crt and tls.key.",
                "Make it with 'kubectl create secret tls', or choose another Certificate.Source.");
        }

        var origin = $"Secret {name}";
        var material = TlsMaterial.Read(certificate.Reveal(), key, origin);
        Validity.Check(material, origin, time);
        Validity.RequireHosts(material, [$"girder.{settings.Settings.Domain}", $"dashboard.{settings.Settings.Domain}"], origin);
    }

    private JsonObject? Find(LiveObjects live, string name) => live.Find(new ObjectReference(ResourceTypes.Secret, @namespace, name));

    private static Secret? Value(JsonObject? secret, string key)
    {
        try
        {
            return secret.Text("data", key) is { Length: > 0 } data ? new Secret(Encoding.UTF8.GetString(Convert.FromBase64String(data))) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static Secret Choose(Secret given, Secret? kept) =>
        !given.IsEmpty ? given : kept is { IsEmpty: false } ? kept : new Secret(RandomNumberGenerator.GetString(Alphabet, Length));

    // Another login is another user, whose password the Secret does not hold yet.
    private async Task<Secret> AdministratorAsync(JsonObject? secret, Func<Secret, Secret, Task<Secret>> choose)
    {
        var given = settings.Settings.Secrets.AdminPassword;
        var kept = Value(secret, "login")?.Reveal() == settings.Settings.Girder.AdminLogin ? Value(secret, "password") : null;
        return kept is { IsEmpty: false } && !given.IsEmpty && given != kept ? await choose(kept, given) : Choose(given, Value(secret, "password"));
    }

    // The salt differs each time: the line is kept as long as it is this user's and this password's.
    private Secret Htpasswd(Secret password, Secret? kept)
    {
        var user = settings.Settings.Registry.User;
        var line = kept?.Reveal().Trim() ?? "";
        if (line.StartsWith($"{user}:", StringComparison.Ordinal) && IsFor(password, line[(user.Length + 1)..]))
            return kept!;
        return new Secret($"{user}:{BCrypt.Net.BCrypt.HashPassword(password.Reveal(), Cost)}");
    }

    // The registry checks it at each request, and the password has 190 bits: more work would protect nothing.
    private const int Cost = 4;

    private static bool IsFor(Secret password, string hash)
    {
        try
        {
            return BCrypt.Net.BCrypt.Verify(password.Reveal(), hash);
        }
        catch (BCrypt.Net.SaltParseException)
        {
            return false;
        }
    }

    private TlsMaterial? Certificate(LiveObjects live, string name, IProgress<Report> progress)
    {
        if (Find(live, name) is not { } secret || Value(secret, "tls.crt") is not { } certificate || Value(secret, "tls.key") is not { } key)
            return null;
        try
        {
            return TlsMaterial.Read(certificate.Reveal(), key, $"Secret {name}");
        }
        catch (CertificateException exception)
        {
            progress.Report(new WarningReport($"The certificate in Secret {name} is replaced: {exception.Message}"));
            return null;
        }
    }
}
