using WholeTale.Simulator.Gke.Messages;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Simulator.Gke;

/// <summary>What the simulated Google offers: locations, machine types, versions.</summary>
internal static class Catalogue
{
    public const string DefaultVersion = "1.33.4-gke.1036000";

    private static readonly Dictionary<string, string> Regions = new(StringComparer.Ordinal)
    {
        ["us-central1"] = "abcf", ["us-east1"] = "bcd", ["us-west1"] = "abc", ["europe-west1"] = "bcd", ["europe-west4"] = "abc", ["asia-east1"] = "abc",
    };

    private static readonly Dictionary<ReleaseChannel.Types.Channel, string[]> Channels = new()
    {
        [ReleaseChannel.Types.Channel.Rapid] = ["1.34.1-gke.2037000", "1.34.0-gke.1709000", "1.33.5-gke.1080000"],
        [ReleaseChannel.Types.Channel.Regular] = [DefaultVersion, "1.33.3-gke.1136000", "1.32.8-gke.1134000"],
        [ReleaseChannel.Types.Channel.Stable] = ["1.32.8-gke.1134000", "1.32.6-gke.1125000", "1.31.11-gke.1036000"],
        [ReleaseChannel.Types.Channel.Extended] = [DefaultVersion, "1.32.8-gke.1134000", "1.30.14-gke.1150000"],
    };

    // Memory a core, in GiB: https://cloud.google.com/compute/docs/general-purpose-machines
    private static readonly Dictionary<string, double> MemoryPerCore = new(StringComparer.Ordinal)
    {
        ["e2-standard"] = 4, ["e2-highmem"] = 8, ["e2-highcpu"] = 1, ["n1-standard"] = 3.75, ["n1-highmem"] = 6.5, ["n1-highcpu"] = 0.9,
        ["n2-standard"] = 4, ["n2-highmem"] = 8, ["n2-highcpu"] = 1, ["n2d-standard"] = 4, ["n2d-highmem"] = 8, ["c2-standard"] = 4, ["t2d-standard"] = 4,
    };

    private static readonly int[] Cores = [1, 2, 4, 8, 16, 32, 48, 64, 80, 96, 128];

    /// <summary>The default network's subnetworks: https://cloud.google.com/vpc/docs/subnets#ip-ranges.</summary>
    public static IReadOnlyList<(string Region, string Range)> Subnetworks { get; } =
    [
        ("asia-east1", "10.140.0.0/20"), ("europe-west1", "10.132.0.0/20"), ("europe-west4", "10.164.0.0/20"), ("us-central1", "10.128.0.0/20"), ("us-east1", "10.142.0.0/20"), ("us-west1", "10.138.0.0/20"),
    ];

    /// <summary>Every zone and region.</summary>
    public static IEnumerable<string> Locations => Regions.SelectMany(region => region.Value.Select(zone => $"{region.Key}-{zone}").Prepend(region.Key));

    public static bool IsLocation(string name) => Locations.Contains(name, StringComparer.Ordinal);

    /// <summary>The zones that a cluster's nodes lie in: a zonal cluster's own, three of a regional one's.</summary>
    public static IReadOnlyList<string> ZonesOf(string location) =>
        ResourceName.IsZone(location) ? [location] : [.. Regions[location].Take(3).Select(zone => $"{location}-{zone}")];

    /// <summary>What a machine of a type offers to pods; null where there is no such type.</summary>
    public static NodeCapacity? Machine(string type, int diskGb)
    {
        if (type == "e2-medium")
            return new NodeCapacity(2, 4, diskGb);
        var dash = type.LastIndexOf('-');
        return dash > 0 && MemoryPerCore.TryGetValue(type[..dash], out var memory) && int.TryParse(type[(dash + 1)..], out var cores) && Cores.Contains(cores)
            ? new NodeCapacity(cores, (int)Math.Max(1, cores * memory), diskGb)
            : null;
    }

    /// <summary>What <c>serverConfig</c> answers.</summary>
    public static ServerConfig Offer()
    {
        var offer = new ServerConfig { DefaultClusterVersion = DefaultVersion, DefaultImageType = "COS_CONTAINERD", ValidImageTypes = { "COS_CONTAINERD", "UBUNTU_CONTAINERD" } };
        var all = Channels.Values.SelectMany(versions => versions).Distinct(StringComparer.Ordinal).OrderByDescending(version => version, StringComparer.Ordinal).ToList();
        offer.ValidMasterVersions.AddRange(all);
        offer.ValidNodeVersions.AddRange(all);
        offer.Channels.AddRange(Channels.Select(channel => new ServerConfig.Types.ReleaseChannelConfig { Channel = channel.Key, DefaultVersion = channel.Value[0], ValidVersions = { channel.Value } }));
        return offer;
    }

    /// <summary>The version that a request means: an alias (<c>latest</c>, <c>1.X</c>, <c>1.X.Y</c>), a whole one, or nothing for the default; null where it is not offered.</summary>
    public static string? Resolve(string wanted, ReleaseChannel.Types.Channel channel)
    {
        var offered = Channels.TryGetValue(channel, out var versions) ? versions : [.. Offer().ValidMasterVersions];
        return wanted switch
        {
            "" or "-" => Channels.TryGetValue(channel, out var own) ? own[0] : DefaultVersion,
            "latest" => offered.Max(StringComparer.Ordinal),
            _ => offered.FirstOrDefault(version => version == wanted || version.StartsWith(wanted + ".", StringComparison.Ordinal) || version.StartsWith(wanted + "-", StringComparison.Ordinal)),
        };
    }
}
