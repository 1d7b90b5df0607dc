using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace WholeTale.Simulator.Hosting;

/// <summary>Certificates as servers show them.</summary>
internal static class ServerCertificate
{
    /// <summary>Makes a certificate that TLS can use, in place of one that is not used any more. Windows' TLS takes no key that lives in memory alone: there it goes through PFX, whose key derivation takes 25 ms.</summary>
    public static X509Certificate2 From(X509Certificate2 withKey)
    {
        if (!OperatingSystem.IsWindows())
            return withKey;
        using (withKey)
            return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    /// <summary>Reads a certificate and its key from PEM.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">One of them is not PEM, or they do not belong together.</exception>
    public static X509Certificate2 FromPem(string certificate, string key) => From(X509Certificate2.CreateFromPem(certificate, key));

    /// <summary>Reads a certificate, its key and the certificates that follow it in the same PEM. Made once for many connections: the machine's authorities are read for it.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">One of them is not PEM, or they do not belong together.</exception>
    public static SslStreamCertificateContext ChainFromPem(string certificate, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate);
        return SslStreamCertificateContext.Create(FromPem(certificate, key), chain, offline: true);
    }
}
