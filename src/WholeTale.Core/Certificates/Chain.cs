using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Certificates;

/// <summary>Finds the leaf that a key belongs to and puts its chain in order.</summary>
internal static class Chain
{
    /// <summary>Makes TLS material of certificates in any order and a key.</summary>
    public static TlsMaterial Join(X509Certificate2Collection certificates, AsymmetricAlgorithm key, string origin)
    {
        var wanted = key.ExportSubjectPublicKeyInfo();
        var leaf = certificates
            .Where(certificate => certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(wanted))
            .MaxBy(certificate => certificate.NotAfter)
            ?? throw new CertificateException(
                "CertificateKeyMismatch", FailureKind.InvalidInput, origin, $"The key in {origin} does not belong to its certificate.", "Give the certificate and the key that were made together.");
        var names = NamesOf(leaf);
        if (names.Count == 0)
        {
            throw new CertificateException(
                "CertificateWithoutNames", FailureKind.InvalidInput, origin, $"The certificate in {origin} has no DNS names (subject alternative names), which every client wants.",
                "Have it issued with them.");
        }
        var chain = Order(leaf, certificates).ToList();
        return new TlsMaterial(
            string.Concat(chain.Select(certificate => certificate.ExportCertificatePem() + "\n")),
            new Secret(key.ExportPkcs8PrivateKeyPem() + "\n"),
            new DateTimeOffset(leaf.NotBefore),
            new DateTimeOffset(leaf.NotAfter),
            names);
    }

    // TLS sends the leaf first and each certificate before the one that signed it; roots are not sent, since clients have their own.
    private static IEnumerable<X509Certificate2> Order(X509Certificate2 leaf, X509Certificate2Collection certificates)
    {
        var rest = certificates.Where(certificate => !certificate.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span)).ToList();
        for (var current = leaf; current is not null;)
        {
            yield return current;
            if (IsSelfIssued(current))
                yield break;
            var issuer = current.IssuerName.RawData;
            current = rest.FirstOrDefault(certificate => certificate.SubjectName.RawData.AsSpan().SequenceEqual(issuer));
            if (current is null || IsSelfIssued(current))
                yield break;
            rest.Remove(current);
        }
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static List<string> NamesOf(X509Certificate2 certificate)
    {
        var extension = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return extension is null ? [] : [.. extension.EnumerateDnsNames(), .. extension.EnumerateIPAddresses().Select(address => address.ToString())];
    }
}
