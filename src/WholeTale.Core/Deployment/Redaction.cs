using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Takes secrets out of texts that come from the cluster: a container may well print its own password.</summary>
internal static class Redaction
{
    // Shorter values would take half of any text with them.
    private const int Shortest = 6;

    // What Secrets hold that everybody may see: certificates, and who logs in (kubernetes.io/tls, kubernetes.io/basic-auth).
    private static readonly HashSet<string> Shown = ["tls.crt", "ca.crt", "username", "login"];

    /// <param name="components">Components as planned or recorded; what their Secrets hold is taken out.</param>
    /// <param name="live">The namespace's objects as they are before the run; what the platform's Secrets hold is taken out.</param>
    /// <param name="settings">The settings, whose secrets need not have come to the cluster; null for none.</param>
    internal static Func<string, string> Of(IEnumerable<PlannedComponent> components, LiveObjects live, Settings? settings = null) => Of(
        components.SelectMany(component => component.Objects).Where(planned => planned.Reference.Type == ResourceTypes.Secret).Select(planned => planned.Manifest)
            .Concat(live.All(ResourceTypes.Secret).Where(secret => secret.Label(Labels.PartOf) == Labels.Product && secret.Label(Labels.Component) != Labels.RevisionComponent))
            .SelectMany(secret => Entries(secret, "stringData").Concat(Entries(secret, "data").Select(entry => (entry.Key, Value: Decode(entry.Value)))))
            .Where(entry => !Shown.Contains(entry.Key))
            .Select(entry => entry.Value)
            .Concat(settings is null ? [] : SettingsSchema.All.Where(definition => definition.IsSecret).Select(definition => definition.Get(settings)).OfType<Secret>().Select(secret => secret.Reveal())));

    private static Func<string, string> Of(IEnumerable<string> secrets)
    {
        string[] values = [.. secrets.SelectMany(Pieces).Where(value => value.Length >= Shortest).Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length)];
        return text => values.Aggregate(text, (current, value) => current.Replace(value, Secret.Mask, StringComparison.Ordinal));
    }

    // A log comes line by line, and a key in PEM has many.
    private static IEnumerable<string> Pieces(string value) => value.Contains("-----BEGIN ", StringComparison.Ordinal)
        ? value.Split('\n').Select(line => line.Trim()).Where(line => !line.StartsWith("-----", StringComparison.Ordinal)).Append(value.Trim())
        : [value.Trim()];

    private static IEnumerable<(string Key, string Value)> Entries(JsonObject secret, string field) =>
        secret[field] is JsonObject entries ? entries.Select(entry => (entry.Key, entries.Text(entry.Key))) : [];

    private static string Decode(string data)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException)
        {
            return "";
        }
    }
}
