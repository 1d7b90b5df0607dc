using WholeTale.Core.Configuration;

namespace WholeTale.Core.Certificates;

/// <summary>Finds the site's certificate as the settings say.</summary>
public static class SiteCertificate
{
    // Long enough to try things out for months, short enough for Apple's clients (at most 825 days).
    private const int SelfSignedDays = 365;

    /// <summary>Reads, checks and gives the certificate for <c>girder.DOMAIN</c>, <c>dashboard.DOMAIN</c> and tales; null for the sources Secret and CertManager, which lie in the cluster.</summary>
    /// <param name="settings">The settings in force.</param>
    /// <param name="progress">Takes warnings: self-signed, expires soon, not good for tales.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <param name="kept">The certificate that the cluster holds, if any: a self-signed one is kept while it is good, so that a repeated deploy changes nothing.</param>
    /// <exception cref="CertificateException">There is none that fits.</exception>
    public static async Task<TlsMaterial?> LoadAsync(
        ResolvedSettings settings, IProgress<Report> progress, TimeProvider time, CancellationToken cancellationToken, TlsMaterial? kept = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(progress);
        var domain = settings.Settings.Domain;
        var certificate = settings.Settings.Certificate;
        var source = certificate.Source == "Auto" ? Choose(settings) : certificate.Source;
        if (source is "Secret" or "CertManager")
            return null;
        if (source == "SelfSigned")
        {
            if (certificate.Source == "Auto")
            {
                progress.Report(new WarningReport(
                    $"There is no {AcmePath(settings)}, so the site gets a self-signed certificate, which browsers do not trust. "
                    + "Put Traefik's acme.json there, or set Certificate.Source and its files."));
            }
            return SelfSigned.KeepOrCreate(kept, [$"*.{domain}", domain], "Ecdsa", SelfSignedDays, time);
        }

        var (material, origin) = await ReadAsync(source, settings, time, cancellationToken);
        Validity.Check(material, origin, time);
        Validity.RequireHosts(material, [$"girder.{domain}", $"dashboard.{domain}"], origin);
        Warn(material, origin, settings.Settings, progress, time);
        return material;
    }

    private static string Choose(ResolvedSettings settings)
    {
        var certificate = settings.Settings.Certificate;
        if (certificate.CertificateFile.Length > 0)
            return Path.GetExtension(certificate.CertificateFile).ToUpperInvariant() is ".PFX" or ".P12" ? "Pfx" : "Pem";
        return certificate.AcmeFile.Length > 0 || File.Exists(AcmePath(settings)) ? "Acme" : "SelfSigned";
    }

    private static string AcmePath(ResolvedSettings settings)
    {
        var file = settings.Settings.Certificate.AcmeFile;
        return Resolve(file.Length > 0 ? file : Path.Combine("certs", "acme.json"), settings);
    }

    private static string Resolve(string file, ResolvedSettings settings) => file.Length == 0 ? "" : Path.GetFullPath(file, Path.GetFullPath(settings.BaseFolder));

    private static async Task<(TlsMaterial Material, string Origin)> ReadAsync(string source, ResolvedSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var certificate = settings.Settings.Certificate;
        var passphrase = settings.Settings.Secrets.CertificatePassphrase;
        var file = Resolve(certificate.CertificateFile, settings);
        return source switch
        {
            "Acme" => (await AcmeFile.ReadAsync(AcmePath(settings), settings.Settings.Domain, time, cancellationToken), AcmePath(settings)),
            "Pem" => (await CertificateFile.ReadPemAsync(file, Resolve(certificate.KeyFile, settings), passphrase, cancellationToken), file),
            "Pfx" => (await CertificateFile.ReadPfxAsync(file, passphrase, cancellationToken), file),
            _ => throw new ArgumentOutOfRangeException(nameof(source), source, "The source of the certificate is not known."),
        };
    }

    private static void Warn(TlsMaterial material, string origin, Settings settings, IProgress<Report> progress, TimeProvider time)
    {
        if (Validity.ExpiryWarning(material, origin, settings.Certificate.WarnDays, time) is { } warning)
            progress.Report(new WarningReport(warning));
        if (!HostName.IsCovered($"tmp-000000000000.{settings.Domain}", material.Names))
        {
            progress.Report(new WarningReport(
                $"The certificate in {origin} is not valid for *.{settings.Domain}, so browsers will refuse tales. Have it issued with that name too."));
        }
        if (settings.Registry.Exposed && !HostName.IsCovered($"registry.{settings.Domain}", material.Names))
        {
            progress.Report(new WarningReport(
                $"The certificate in {origin} is not valid for registry.{settings.Domain}, so nodes will not pull tales' images. Have it issued with that name too, or set Registry.Exposed to $false."));
        }
    }
}
