using WholeTale.Core.Configuration;

namespace WholeTale.Core.Certificates;

/// <summary>A certificate with its key, as a Secret of type kubernetes.io/tls holds them.</summary>
/// <param name="CertificatePem">The leaf, then the chain, PEM.</param>
/// <param name="KeyPem">The key, PKCS#8 PEM.</param>
/// <param name="NotBefore">Valid from.</param>
/// <param name="NotAfter">Valid until.</param>
/// <param name="Names">DNS names it is valid for.</param>
/// <param name="AuthorityPem">The authority's certificate where it is our own, for clients to trust; else null.</param>
public sealed record TlsMaterial(
    string CertificatePem, Secret KeyPem, DateTimeOffset NotBefore, DateTimeOffset NotAfter, IReadOnlyList<string> Names, string? AuthorityPem = null)
{
    /// <summary>Reads a certificate and its key, e.g. <c>tls.crt</c> and <c>tls.key</c> of a Secret. Puts the chain in order; looks at no date and at no name.</summary>
    /// <param name="certificatePem">Certificates in PEM, in any order.</param>
    /// <param name="keyPem">The key in PEM.</param>
    /// <param name="origin">Where they come from, for messages.</param>
    /// <exception cref="CertificateException">They cannot be read, or do not belong together.</exception>
    public static TlsMaterial Read(string certificatePem, Secret keyPem, string origin) => PemReader.Read(certificatePem, keyPem, null, origin);
}
