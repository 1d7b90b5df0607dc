using WholeTale.Core.Configuration;

namespace WholeTale.Core.Certificates;

/// <summary>Finds the site's certificate as the settings say.</summary>
public static class SiteCertificate
{
    /// <summary>Reads, checks and gives the certificate for <c>girder.DOMAIN</c>, <c>dashboard.DOMAIN</c> and tales; null for the source Secret.</summary>
    /// <exception cref="CertificateException">There is none that fits.</exception>
    public static Task<TlsMaterial?> LoadAsync(ResolvedSettings settings, IProgress<Report> progress, TimeProvider time, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
