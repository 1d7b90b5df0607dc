using WholeTale.Core.Configuration;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Deployment;

/// <summary>Takes secrets out of texts that come from the cluster: a container may well print its own password.</summary>
internal static class Redaction
{
    // Shorter values would take half of any text with them.
    private const int Shortest = 6;

    /// <param name="secrets">What the platform keeps secret.</param>
    /// <param name="former">The administrator's password before this deploy; null where it stays.</param>
    /// <param name="settings">What the settings give.</param>
    internal static Func<string, string> Of(PlatformSecrets secrets, Secret? former, Settings settings)
    {
        string[] values =
        [
            .. new[]
            {
                secrets.AdminPassword, secrets.RegistryPassword, secrets.RegistryHtpasswd, secrets.RegistryHttpSecret, secrets.RegistryCertificate.KeyPem, secrets.SiteCertificate?.KeyPem,
                former, settings.Secrets.AdminPassword, settings.Secrets.GlobusClientId, settings.Secrets.GlobusClientSecret,
            }.OfType<Secret>().Select(secret => secret.Reveal()).Where(value => value.Length >= Shortest).OrderByDescending(value => value.Length),
        ];
        return text => values.Aggregate(text, (current, value) => current.Replace(value, Secret.Mask, StringComparison.Ordinal));
    }
}
