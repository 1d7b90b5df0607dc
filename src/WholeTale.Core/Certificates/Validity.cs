using System.Globalization;

namespace WholeTale.Core.Certificates;

/// <summary>Whether a certificate can be used now, and for the hosts it is wanted for.</summary>
internal static class Validity
{
    /// <summary>Refuses what is out of date or not valid yet.</summary>
    public static void Check(TlsMaterial material, string origin, TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (material.NotAfter <= now)
        {
            throw new CertificateException(
                "CertificateExpired", FailureKind.InvalidInput, origin, $"The certificate in {origin} expired on {Day(material.NotAfter)}.", "Renew it and deploy again.");
        }
        if (material.NotBefore > now)
        {
            throw new CertificateException(
                "CertificateNotYetValid", FailureKind.InvalidInput, origin, $"The certificate in {origin} is valid only from {Day(material.NotBefore)} on.",
                "Set this machine's clock right, or wait until then.");
        }
    }

    /// <summary>Refuses what is not good for some host.</summary>
    public static void RequireHosts(TlsMaterial material, IEnumerable<string> hosts, string origin)
    {
        var missing = hosts.Where(host => !HostName.IsCovered(host, material.Names)).ToList();
        if (missing.Count > 0)
        {
            throw new CertificateException(
                "CertificateWrongDomain", FailureKind.InvalidInput, origin,
                $"The certificate in {origin} is not valid for {string.Join(", ", missing)}; it is for {string.Join(", ", material.Names)}.",
                "Correct the setting Domain, or give a certificate for these hosts.");
        }
    }

    /// <summary>A warning where it expires soon; else null.</summary>
    public static string? ExpiryWarning(TlsMaterial material, string origin, int warnDays, TimeProvider time)
    {
        var left = material.NotAfter - time.GetUtcNow();
        return left < TimeSpan.FromDays(warnDays)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The certificate in {origin} expires on {Day(material.NotAfter)}, in {(int)left.TotalDays} {((int)left.TotalDays == 1 ? "day" : "days")}. Renew it and deploy again.")
            : null;
    }

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
