using WholeTale.Core.Configuration;

namespace WholeTale.Core.Manifests;

/// <summary>The platform's components, and their manifests from settings.</summary>
public static class Platform
{
    /// <summary>All components, each after those it depends on.</summary>
    public static IReadOnlyList<Component> Components => throw new NotImplementedException();

    /// <summary>Renders every template.</summary>
    /// <param name="settings">The settings in force.</param>
    /// <param name="secrets">Passwords and certificates.</param>
    /// <param name="instance">The cluster's name, for the label <c>app.kubernetes.io/instance</c>.</param>
    /// <exception cref="ManifestException">A template is wrong.</exception>
    public static ManifestSet Render(ResolvedSettings settings, PlatformSecrets secrets, string instance) => throw new NotImplementedException();
}

/// <summary>What a deployment keeps secret. Made once, kept in the cluster, read back from there.</summary>
public sealed record PlatformSecrets
{
    /// <summary>The administrator's password (Secret <c>girder-admin</c>).</summary>
    public required Secret AdminPassword { get; init; }

    /// <summary>The registry user's password (Secret <c>registry-secret</c>).</summary>
    public required Secret RegistryPassword { get; init; }

    /// <summary>The line <c>user:bcrypt</c> for it; kept too, since its salt differs each time it is made.</summary>
    public required Secret RegistryHtpasswd { get; init; }

    /// <summary>What the registry signs upload states with.</summary>
    public required Secret RegistryHttpSecret { get; init; }

    /// <summary>The registry's certificate (Secret <c>registry-cert-secret</c>).</summary>
    public required Certificates.TlsMaterial RegistryCertificate { get; init; }

    /// <summary>The site's certificate (Secret <c>site-cert-secret</c>); null where an existing Secret is used.</summary>
    public Certificates.TlsMaterial? SiteCertificate { get; init; }
}
