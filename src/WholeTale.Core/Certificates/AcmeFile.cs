namespace WholeTale.Core.Certificates;

/// <summary>Reads Traefik's acme.json, in the forms of Traefik 1 and 2.</summary>
public static class AcmeFile
{
    /// <summary>Gives the certificate that is valid for a domain and its subdomains.</summary>
    /// <exception cref="CertificateException">The file is missing or malformed, or has none for this domain, or it is out of date.</exception>
    public static Task<TlsMaterial> ReadAsync(string path, string domain, TimeProvider time, CancellationToken cancellationToken) => throw new NotImplementedException();
}
