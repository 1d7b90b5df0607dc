using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Certificates;

/// <summary>Makes certificates of our own.</summary>
public static class SelfSigned
{
    /// <summary>Makes a certificate for the given names, signed by itself and usable as its own authority.</summary>
    /// <param name="names">DNS names or addresses; the first becomes the common name.</param>
    /// <param name="keyAlgorithm">Ecdsa (P-256) or Rsa (2048).</param>
    /// <param name="days">Days of validity.</param>
    /// <param name="time">The clock.</param>
    public static TlsMaterial Create(IReadOnlyList<string> names, string keyAlgorithm, int days, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfZero(names.Count, nameof(names));
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);

        using AsymmetricAlgorithm key = keyAlgorithm switch
        {
            "Ecdsa" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            "Rsa" => RSA.Create(2048),
            _ => throw new ArgumentOutOfRangeException(nameof(keyAlgorithm), keyAlgorithm, "The key algorithm must be Ecdsa or Rsa."),
        };
        var request = Request(names, key);

        // A clock that is a little behind must not refuse it.
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddMinutes(-10), now.AddDays(days));
        var pem = certificate.ExportCertificatePem() + "\n";
        return new TlsMaterial(
            pem, new Secret(key.ExportPkcs8PrivateKeyPem() + "\n"), new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter), [.. names], pem);
    }

    /// <summary>Keeps a certificate while it is good for the names and has more than a third of its days (at most 30) left; else makes a new one.</summary>
    /// <param name="kept">The certificate that the cluster holds; null where there is none.</param>
    /// <inheritdoc cref="Create"/>
    /// <param name="names"/>
    /// <param name="keyAlgorithm"/>
    /// <param name="days"/>
    /// <param name="time"/>
    public static TlsMaterial KeepOrCreate(TlsMaterial? kept, IReadOnlyList<string> names, string keyAlgorithm, int days, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetUtcNow();
        var margin = TimeSpan.FromDays(Math.Min(30, days / 3.0));
        var isGood = kept is not null
            && kept.NotBefore <= now
            && kept.NotAfter - now > margin
            && names.All(name => kept.Names.Contains(name, StringComparer.OrdinalIgnoreCase));

        // What was read back from the cluster does not say that it is its own authority; it is, since we made it.
        return isGood ? kept! with { AuthorityPem = kept.CertificatePem } : Create(names, keyAlgorithm, days, time);
    }

    /// <summary>The names by which the registry is reached: registry, with namespace, with cluster domain, and at the site's domain.</summary>
    public static IReadOnlyList<string> RegistryNames(string @namespace, string domain) =>
        ["registry", $"registry.{@namespace}", $"registry.{@namespace}.svc", $"registry.{@namespace}.svc.cluster.local", $"registry.{domain}"];

    private static CertificateRequest Request(IReadOnlyList<string> names, AsymmetricAlgorithm key)
    {
        // X.509 allows a common name no more than 64 letters; clients look at the alternative names only.
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationName("Whole Tale");
        subject.AddCommonName(names[0].Length <= 64 ? names[0] : names[0][..64]);
        var request = key is RSA rsa
            ? new CertificateRequest(subject.Build(), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject.Build(), (ECDsa)key, HashAlgorithmName.SHA256);

        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }
        var identifier = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign | (key is RSA ? X509KeyUsageFlags.KeyEncipherment : 0), critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], critical: false));
        request.CertificateExtensions.Add(identifier);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        return request;
    }
}
