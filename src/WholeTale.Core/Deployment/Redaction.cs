using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Deployment;

/// <summary>Takes secrets out of texts that come from the cluster: a container may well print its own password.</summary>
internal static class Redaction
{
    // Shorter values would take half of any text with them.
    private const int Shortest = 6;

    private static readonly HashSet<string> Public = ["login", "username", "user", "tls.crt", "ca.crt"];

    /// <param name="secrets">What the platform keeps secret.</param>
    /// <param name="former">The administrator's password before this deploy; null where it stays.</param>
    /// <param name="settings">What the settings give.</param>
    internal static Func<string, string> Of(PlatformSecrets secrets, Secret? former, Settings settings)
    {
        Secret?[] all =
        [
            secrets.AdminPassword, secrets.RegistryPassword, secrets.RegistryHtpasswd, secrets.RegistryHttpSecret, secrets.RegistryCertificate.KeyPem, secrets.SiteCertificate?.KeyPem,
            former, settings.Secrets.AdminPassword, settings.Secrets.GlobusClientId, settings.Secrets.GlobusClientSecret,
        ];
        return Of(all.OfType<Secret>().Select(secret => secret.Reveal()));
    }

    /// <summary>Takes out what Secrets hold. Names in them are no secrets: logins, and what a certificate says of itself.</summary>
    /// <param name="manifests">Objects, Secrets among them.</param>
    internal static Func<string, string> OfSecrets(IEnumerable<JsonObject> manifests) =>
        Of(manifests.Where(item => item.Kind() == "Secret").SelectMany(item => item["data"] as JsonObject ?? []).Where(entry => !Public.Contains(entry.Key)).Select(entry => Decode((string?)entry.Value)));

    private static Func<string, string> Of(IEnumerable<string> values)
    {
        string[] known = [.. values.Select(value => value.Trim()).Where(value => value.Length >= Shortest).Distinct().OrderByDescending(value => value.Length)];
        return text => known.Aggregate(text, (current, value) => current.Replace(value, Secret.Mask, StringComparison.Ordinal));
    }

    private static string Decode(string? data)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data ?? ""));
        }
        catch (FormatException)
        {
            return "";
        }
    }
}
