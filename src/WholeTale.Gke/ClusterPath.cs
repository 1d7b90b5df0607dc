using System.Text.RegularExpressions;

namespace WholeTale.Gke;

/// <summary>A cluster's full name at Google: <c>projects/P/locations/L/clusters/C</c>.</summary>
/// <param name="Project">The project's id.</param>
/// <param name="Location">A zone or region.</param>
/// <param name="Name">The cluster's name within both.</param>
internal sealed partial record ClusterPath(string Project, string Location, string Name)
{
    /// <summary>The location's full name, in which clusters are created and operations run.</summary>
    internal string Parent => ParentOf(Project, Location);

    /// <summary>The full name of one of its node pools.</summary>
    internal string NodePool(string pool) => $"{this}/nodePools/{pool}";

    /// <summary>The full name of an operation at the cluster's location.</summary>
    internal string Operation(string operation) => $"{Parent}/operations/{operation}";

    /// <summary>Whether an operation is about this cluster. Its target names the project by number or id, and zones as zones or locations.</summary>
    internal bool IsTarget(string targetLink) =>
        Target().Match(targetLink) is { Success: true } match && match.Groups["location"].Value == Location && match.Groups["cluster"].Value == Name;

    /// <summary>The full name of a location; <c>-</c> stands for all of them.</summary>
    internal static string ParentOf(string project, string location) => $"projects/{project}/locations/{location}";

    /// <inheritdoc/>
    public override string ToString() => $"{Parent}/clusters/{Name}";

    [GeneratedRegex("/(?:zones|locations)/(?<location>[^/]+)/clusters/(?<cluster>[^/]+)(?:/|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Target();
}
