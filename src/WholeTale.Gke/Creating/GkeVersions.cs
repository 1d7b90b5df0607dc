using Google.Cloud.Container.V1;
using WholeTale.Core;

namespace WholeTale.Gke.Creating;

/// <summary>Chooses the version of a new control plane among those that the location offers (GKE's reference, <c>initial_cluster_version</c>: aliases latest, 1.X, 1.X.Y, 1.X.Y-gke.N).</summary>
internal static class GkeVersions
{
    /// <summary>The version to ask for; empty for the default.</summary>
    /// <param name="wanted">What the settings name; empty for the default.</param>
    /// <param name="channel">The release channel's name in the settings.</param>
    /// <param name="offer">What the location offers.</param>
    /// <param name="problem">What is wrong, as the end of a sentence; null where nothing is.</param>
    internal static string Choose(string wanted, string channel, ServerConfig offer, out string? problem)
    {
        problem = null;
        if (wanted.Length == 0 || wanted == "latest")
            return wanted;
        var offered = Offered(channel, offer);
        if (offered.Count == 0 || offered.Any(version => version == wanted || version.StartsWith(wanted + ".", StringComparison.Ordinal) || version.StartsWith(wanted + "-", StringComparison.Ordinal)))
            return wanted;
        var near = offered.OrderBy(version => Spelling.Distance(wanted, version)).Take(3);
        problem = $"'{wanted}' is not offered{(channel == "None" ? "" : $" in the channel {channel}")}; near are {string.Join(", ", near)}";
        return "";
    }

    // Outside of channels everything that is valid may be chosen.
    private static List<string> Offered(string channel, ServerConfig offer) =>
        offer.Channels.FirstOrDefault(candidate => string.Equals(candidate.Channel.ToString(), channel, StringComparison.Ordinal)) is { ValidVersions.Count: > 0 } found
            ? [.. found.ValidVersions]
            : [.. offer.ValidMasterVersions];
}
