using System.Text.RegularExpressions;
using WholeTale.Simulator.Gke.Messages.Rpc;

namespace WholeTale.Simulator.Gke;

/// <summary>A resource's name: <c>projects/P/locations/L[/clusters/C[/nodePools/N]]</c> or <c>.../operations/O</c>. The older fields of a request say the same.</summary>
internal sealed partial record ResourceName(string Project, string Location, string Cluster = "", string NodePool = "", string Operation = "")
{
    /// <summary>Stands for all locations in lists.</summary>
    public const string Everywhere = "-";

    /// <summary>Whether the location is a zone: its name ends with a letter.</summary>
    public bool IsZonal => IsZone(Location);

    /// <exception cref="GoogleError">It is no name of the form.</exception>
    public static ResourceName Parse(string name, string project = "", string zone = "", string cluster = "", string pool = "", string operation = "")
    {
        if (name.Length == 0 && project.Length > 0)
            return new ResourceName(project, zone, cluster, pool, operation);
        var match = Form().Match(name);
        return match.Success
            ? new ResourceName(Value("project"), Value("location"), Value("cluster"), Value("pool"), Value("operation"))
            : throw new GoogleError(Code.InvalidArgument, $"Invalid resource name \"{name}\".");

        string Value(string group) => match.Groups[group].Value;
    }

    public static bool IsZone(string location) => location.Length > 2 && location[^2] == '-';

    [GeneratedRegex("^projects/(?<project>[^/]+)/(?:locations|zones)/(?<location>[^/]+)(?:/clusters/(?<cluster>[^/]+)(?:/nodePools/(?<pool>[^/]+))?|/operations/(?<operation>[^/]+)|/serverConfig)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
