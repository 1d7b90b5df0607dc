using Google.Rpc;
using WholeTale.Simulator.Gke.Messages;

namespace WholeTale.Simulator.Gke.Methods;

/// <summary>ClusterManager's methods that tell what is to be had where.</summary>
internal static class LocationMethods
{
    public static ServerConfig GetServerConfig(ResourceName parent)
    {
        parent.RequireProject();
        return Catalogue.IsLocation(parent.Location) ? Catalogue.Offer() : throw new GoogleError(Code.InvalidArgument, $"Location \"{parent.Location}\" does not exist.");
    }

    /// <summary>The default network's own subnetwork in each region, page by page.</summary>
    public static ListUsableSubnetworksResponse ListUsableSubnetworks(ResourceName parent, ListUsableSubnetworksRequest request)
    {
        parent.RequireProject();
        if (request.PageSize is < 0 or > 500)
            throw ClusterRules.Invalid("page_size", "must be from 0 to 500");
        var all = Catalogue.Subnetworks.Select(subnetwork => new UsableSubnetwork
        {
            Subnetwork = $"projects/{SimulatedProject.Id}/regions/{subnetwork.Region}/subnetworks/default",
            Network = $"projects/{SimulatedProject.Id}/global/networks/default",
            IpCidrRange = subnetwork.Range,
        }).ToList();
        var first = 0;
        if (request.PageToken.Length > 0 && (!int.TryParse(request.PageToken, out first) || first < 0 || first > all.Count))
            throw ClusterRules.Invalid("page_token", "is none that was given");
        var page = all.Skip(first).Take(request.PageSize > 0 ? request.PageSize : 500).ToList();
        var next = first + page.Count;
        return new ListUsableSubnetworksResponse
        {
            Subnetworks = { page },
            NextPageToken = next < all.Count ? next.ToString(System.Globalization.CultureInfo.InvariantCulture) : "",
        };
    }
}
