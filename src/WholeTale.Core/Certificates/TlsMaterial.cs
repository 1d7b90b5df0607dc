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
    string CertificatePem, Secret KeyPem, DateTimeOffset NotBefore, DateTimeOffset NotAfter, IReadOnlyList<string> Names, string? AuthorityPem = null);
