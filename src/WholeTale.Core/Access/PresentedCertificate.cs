using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace WholeTale.Core.Access;

/// <summary>The certificate that a server shows for a host.</summary>
/// <param name="Fingerprint">The SHA-256 of the leaf, in hexadecimal digits.</param>
/// <param name="Subject">Whom it names.</param>
/// <param name="NotBefore">From when on it is valid.</param>
/// <param name="NotAfter">Until when it is valid.</param>
/// <param name="Names">The DNS names that it is for.</param>
/// <param name="IsTrusted">Whether this machine's authorities vouch for it; false where that was not asked.</param>
internal sealed record PresentedCertificate(string Fingerprint, string Subject, DateTimeOffset NotBefore, DateTimeOffset NotAfter, IReadOnlyList<string> Names, bool IsTrusted)
{
    /// <summary>Connects and looks, as a browser would that was led to this address.</summary>
    /// <exception cref="SocketException">Nobody listens.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The server showed none.</exception>
    public static async Task<PresentedCertificate> GetAsync(IngressAddress address, string host, bool isJudged, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Target, address.Port, cancellationToken);
        PresentedCertificate? seen = null;
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                // A resumed session shows the certificate of its beginning, which may have been replaced since.
                AllowTlsResume = false,
                CertificateChainPolicy = isJudged
                    ? new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck }
                    : new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, TrustMode = X509ChainTrustMode.CustomRootTrust, DisableCertificateDownloads = true },
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    // Whatever is shown is looked at, and no byte is sent over it: whether it is right is said by who reads this.
                    seen = certificate is X509Certificate2 leaf ? From(leaf, errors == SslPolicyErrors.None) : null;
                    return seen is not null;
                },
            },
            cancellationToken);
        return seen ?? throw new System.Security.Authentication.AuthenticationException($"{address} showed no certificate.");
    }

    /// <summary>The fingerprint of the first certificate of a PEM text.</summary>
    public static string FingerprintOf(string certificatePem)
    {
        using var certificate = X509Certificate2.CreateFromPem(certificatePem);
        return Fingerprint256(certificate);
    }

    private static PresentedCertificate From(X509Certificate2 leaf, bool isTrusted) => new(
        Fingerprint256(leaf),
        leaf.Subject,
        new DateTimeOffset(leaf.NotBefore),
        new DateTimeOffset(leaf.NotAfter),
        [.. leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames())],
        isTrusted);

    private static string Fingerprint256(X509Certificate2 certificate) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(certificate.RawDataMemory.Span));
}
