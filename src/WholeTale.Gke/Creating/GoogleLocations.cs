using WholeTale.Core;

namespace WholeTale.Gke.Creating;

/// <summary>Google's regions with their zones (<see href="https://cloud.google.com/compute/docs/regions-zones"/>), to name what a slip was meant to be. A region that is not here is for Google to judge.</summary>
internal static class GoogleLocations
{
    private const string Regions =
        "africa-south1:abc asia-east1:abc asia-east2:abc asia-northeast1:abc asia-northeast2:abc asia-northeast3:abc asia-south1:abc asia-south2:abc asia-southeast1:abc asia-southeast2:abc "
        + "australia-southeast1:abc australia-southeast2:abc europe-central2:abc europe-north1:abc europe-north2:abc europe-southwest1:abc europe-west1:bcd europe-west10:abc europe-west12:abc europe-west2:abc europe-west3:abc "
        + "europe-west4:abc europe-west6:abc europe-west8:abc europe-west9:abc me-central1:abc me-central2:abc me-west1:abc northamerica-northeast1:abc northamerica-northeast2:abc northamerica-south1:abc "
        + "southamerica-east1:abc southamerica-west1:abc us-central1:abcf us-east1:bcd us-east4:abc us-east5:abc us-south1:abc us-west1:abc us-west2:abc us-west3:abc us-west4:abc";

    private static readonly HashSet<string> Known = [.. Regions.Split(' ').Select(region => region.Split(':')).SelectMany(region => region[1].Select(zone => $"{region[0]}-{zone}").Prepend(region[0]))];

    internal static bool IsKnown(string location) => Known.Contains(location);

    /// <summary>Up to three names that differ from a mistyped one by a letter or two; empty where none does, since Google opens new regions.</summary>
    internal static IReadOnlyList<string> Nearest(string location) =>
    [
        .. Known.Select(known => (Name: known, Distance: Spelling.Distance(location, known))).Where(known => known.Distance <= 2)
            .OrderBy(known => known.Distance).ThenBy(known => known.Name, StringComparer.Ordinal).Take(3).Select(known => known.Name),
    ];
}
