using Google.Protobuf.Collections;
using Google.Rpc;
using WholeTale.Simulator.Gke.Messages;

namespace WholeTale.Simulator.Gke;

/// <summary>What a change does to a cluster or node pool, and what GKE refuses of it.</summary>
internal static class ClusterChanges
{
    /// <summary>The addons that are named change, the others stay.</summary>
    public static void SetAddons(Cluster cluster, AddonsConfig addons)
    {
        cluster.AddonsConfig ??= new AddonsConfig();
        foreach (var field in AddonsConfig.Descriptor.Fields.InFieldNumberOrder().Where(field => field.Accessor.HasValue(addons)))
            field.Accessor.SetValue(cluster.AddonsConfig, field.Accessor.GetValue(addons));
    }

    /// <summary>A logging or monitoring service; the reference lists their names, and what an empty one stands for.</summary>
    /// <exception cref="GoogleError">There is none of the name.</exception>
    public static string Service(string kind, string name)
    {
        var current = $"{kind}.googleapis.com/kubernetes";
        return name.Length == 0 ? current : name == current || name == "none"
            ? name
            : throw ClusterRules.Invalid($"{kind}_service", $"\"{name}\" is none of: {current}, none");
    }

    /// <summary>A cluster's locations are those of its node pools too: nodes come and go with them.</summary>
    public static void SetLocations(Cluster cluster, ResourceName name, ICollection<string> locations)
    {
        Check(name, locations);
        if (ResourceName.IsZone(cluster.Location) && !locations.Contains(cluster.Location))
            throw ClusterRules.Invalid("locations", $"must contain the cluster's own zone {cluster.Location}");
        Replace(cluster.Locations, locations);
        foreach (var pool in cluster.NodePools)
            Replace(pool.Locations, locations);
    }

    public static void SetLocations(NodePool pool, ResourceName name, ICollection<string> locations)
    {
        Check(name, locations);
        Replace(pool.Locations, locations);
    }

    /// <summary>A control plane goes on to a version that is offered; back only within its minor version.</summary>
    public static void SetMasterVersion(Cluster cluster, string wanted)
    {
        var version = Catalogue.Resolve(wanted, ClusterRules.Channel(cluster)) ?? throw new GoogleError(Code.InvalidArgument, $"Master version \"{wanted}\" is unsupported.");
        var (from, to) = (Minor(cluster.CurrentMasterVersion), Minor(version));
        // https://cloud.google.com/kubernetes-engine/docs/how-to/upgrading-a-cluster: one minor version at a time.
        if (to < from)
            throw new GoogleError(Code.InvalidArgument, $"Master cannot be downgraded from {cluster.CurrentMasterVersion} to {version}: only patch versions can.");
        if (to > from + 1)
            throw new GoogleError(Code.InvalidArgument, $"Master cannot be upgraded to \"{version}\": cannot upgrade the master more than a minor version at a time.");
        cluster.CurrentMasterVersion = version;
    }

    /// <summary>Nodes follow their control plane: never beyond it.</summary>
    public static void SetNodeVersion(Cluster cluster, NodePool pool, string wanted)
    {
        var version = wanted == "-" ? cluster.CurrentMasterVersion : Catalogue.Resolve(wanted, ClusterRules.Channel(cluster));
        if (version is null)
            throw new GoogleError(Code.InvalidArgument, $"Node version \"{wanted}\" is unsupported.");
        if (Minor(version) > Minor(cluster.CurrentMasterVersion))
            throw new GoogleError(Code.InvalidArgument, $"Node version \"{version}\" must not be greater than master version \"{cluster.CurrentMasterVersion}\".");
        pool.Version = version;
        cluster.CurrentNodeVersion = version;
    }

    /// <summary>Puts values in the place of those that are there.</summary>
    public static void Replace<T>(RepeatedField<T> field, IEnumerable<T> values)
    {
        T[] all = [.. values];
        field.Clear();
        field.Add(all);
    }

    /// <summary>Puts entries in the place of those that are there.</summary>
    public static void Replace(MapField<string, string> field, IDictionary<string, string> entries)
    {
        field.Clear();
        field.Add(entries);
    }

    private static void Check(ResourceName name, ICollection<string> locations)
    {
        var region = ResourceName.IsZone(name.Location) ? name.Location[..^2] : name.Location;
        if (locations.Count == 0)
            throw ClusterRules.Invalid("locations", "must name a zone at least");
        if (locations.FirstOrDefault(zone => !ResourceName.IsZone(zone) || zone[..^2] != region || !Catalogue.IsLocation(zone)) is { } foreign)
            throw ClusterRules.Invalid("locations", $"\"{foreign}\" is no zone of {region}");
    }

    private static int Minor(string version) => int.Parse(version.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture);
}
