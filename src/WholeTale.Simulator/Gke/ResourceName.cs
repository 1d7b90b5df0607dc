using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Rpc;

namespace WholeTale.Simulator.Gke;

/// <summary>A resource's name: <c>projects/P/locations/L[/clusters/C[/nodePools/N]]</c> or <c>.../operations/O</c>. The older fields of a request say the same.</summary>
internal sealed partial record ResourceName(string Project, string Location, string Cluster = "", string NodePool = "", string Operation = "")
{
    /// <summary>Stands for all locations in lists.</summary>
    private const string Everywhere = "-";

    /// <summary>Zones are named so still, regions are locations.</summary>
    public string Place => (IsZone(Location) ? "zones/" : "locations/") + Location;

    /// <summary>The cluster, as messages name it.</summary>
    public string Short => $"projects/{Project}/{Place}/clusters/{Cluster}";

    /// <summary>What a request is about: its name or parent, or the older fields.</summary>
    /// <exception cref="GoogleError">It does not say, or not in the form.</exception>
    public static ResourceName Of(IMessage request)
    {
        var name = Field("name") is { Length: > 0 } named ? named : Field("parent");
        if (name.Length == 0)
            return new ResourceName(Field("project_id"), Field("zone"), Field("cluster_id"), Field("node_pool_id"), Field("operation_id"));
        var match = Form().Match(name);
        return match.Success
            ? new ResourceName(Value("project"), Value("location"), Value("cluster"), Value("pool"), Value("operation"))
            : throw new GoogleError(Code.InvalidArgument, $"Invalid resource name \"{name}\".");

        string Field(string field) => request.Descriptor.FindFieldByName(field)?.Accessor.GetValue(request) as string ?? "";

        string Value(string group) => match.Groups[group].Value;
    }

    public static bool IsZone(string location) => location.Length > 2 && location[^2] == '-';

    /// <summary>Whether it lies in a parent's location.</summary>
    public bool IsIn(ResourceName parent) => parent.Location is Everywhere or "" || Location == parent.Location;

    /// <summary>Its address in a project, which some name by its number.</summary>
    public string Link(string project) =>
        $"https://{SimulatedProject.Service}/v1/projects/{project}/{Place}/clusters/{Cluster}{(NodePool.Length > 0 ? "/nodePools/" + NodePool : "")}";

    /// <exception cref="GoogleError">It is of another project, where nobody here may look.</exception>
    public void RequireProject()
    {
        if (Project is SimulatedProject.Id or SimulatedProject.Number)
            return;
        throw new GoogleError(
            Code.PermissionDenied, $"Required \"container.clusters.get\" permission(s) for \"projects/{Project}\".",
            new ErrorInfo { Reason = "IAM_PERMISSION_DENIED", Domain = "iam.googleapis.com", Metadata = { ["permission"] = "container.clusters.get", ["resource"] = $"projects/{Project}" } });
    }

    [GeneratedRegex(
        "^projects/(?<project>[^/]+)(?:/(?:locations|zones)/(?<location>[^/]+)(?:/clusters/(?<cluster>[^/]+)(?:/nodePools/(?<pool>[^/]+))?|/operations/(?<operation>[^/]+)|/serverConfig)?)?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
