using Google.Cloud.Container.V1;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Gke.Access;

namespace WholeTale.Gke.Creating;

/// <summary>Checks what is asked for against what the location offers, before anything is created. All that is wrong is said at once.</summary>
internal static class Preflight
{
    /// <summary>Checks the settings, and gives the control plane's version as the API knows it; empty for the channel's default.</summary>
    /// <exception cref="ClusterException">Something that is asked for does not exist.</exception>
    internal static async Task<string> CheckAsync(GkeSession session, ClusterPath path, CancellationToken cancellationToken)
    {
        var gke = session.Settings.Settings.Gke;
        var problems = new List<string>();
        if (!GoogleLocations.IsKnown(gke.Location) && GoogleLocations.Nearest(gke.Location) is { Count: > 0 } near)
            problems.Add($"Gke.Location '{gke.Location}' is no zone or region; near are {string.Join(", ", near)}");
        if (gke.Mode == "Standard")
        {
            CheckMachine("Gke.MachineType", gke.MachineType, problems);
            if (gke.BuilderNodeCount > 0)
                CheckMachine("Gke.BuilderMachineType", gke.BuilderMachineType, problems);
        }

        if (problems.Count > 0)
            throw Invalid(path, problems);

        var offer = await session.Api.SendAsync(
            (client, token) => client.GetServerConfigAsync(new GetServerConfigRequest { Name = path.Parent }, token),
            path.Name, $"Asking what {gke.Location} offers", cancellationToken);
        var version = GkeVersions.Choose(gke.KubernetesVersion, gke.ReleaseChannel, offer, out var problem);
        return problem is null ? version : throw Invalid(path, [$"Gke.KubernetesVersion {problem}"]);
    }

    private static void CheckMachine(string setting, string type, List<string> problems)
    {
        if (MachineTypes.Nearest(type) is { Count: > 0 } nearest)
            problems.Add($"{setting} '{type}' is no machine type; near are {string.Join(", ", nearest)}");
    }

    private static ClusterException Invalid(ClusterPath path, IReadOnlyList<string> problems) => new(
        "GkeRequestInvalid", FailureKind.InvalidInput, path.Name, $"The cluster {path.Name} cannot be created as the settings describe it: {string.Join("; ", problems)}.", "Correct the settings. Nothing was created.");
}
