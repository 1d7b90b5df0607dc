using WholeTale.Core.Configuration;

namespace WholeTale.Core.Manifests;

/// <summary>What a deployment keeps secret. Made once, kept in the cluster, read back from there.</summary>
public sealed record PlatformSecrets
{
    /// <summary>The administrator's password: Secret <c>girder-admin</c>, key <c>password</c>.</summary>
    public required Secret AdminPassword { get; init; }

    /// <summary>The registry user's password: Secret <c>registry-secret</c>, key <c>password</c>.</summary>
    public required Secret RegistryPassword { get; init; }

    /// <summary>The line <c>user:bcrypt</c> for it; kept too, since its salt differs each time it is made: Secret <c>registry-secret</c>, key <c>registry.password</c>.</summary>
    public required Secret RegistryHtpasswd { get; init; }

    /// <summary>What the registry signs upload states with: Secret <c>registry-secret</c>, key <c>http-secret</c>.</summary>
    public required Secret RegistryHttpSecret { get; init; }

    /// <summary>The registry's certificate: Secret <c>registry-cert-secret</c>, keys <c>tls.crt</c>, <c>tls.key</c> and <c>ca.crt</c>.</summary>
    public required Certificates.TlsMaterial RegistryCertificate { get; init; }

    /// <summary>The site's certificate: Secret <c>site-cert-secret</c>, keys <c>tls.crt</c> and <c>tls.key</c>; null where an existing Secret is used.</summary>
    public Certificates.TlsMaterial? SiteCertificate { get; init; }
}
