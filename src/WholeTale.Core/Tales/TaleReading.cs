using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tales;

/// <summary>Reads tales off the objects that they are made of: ours and gwvolman's.</summary>
internal static class TaleReading
{
    private const string Terminating = "Terminating";

    /// <summary>A tale from its Deployment and, where there is one, its pod.</summary>
    public static TalePod Read(JsonObject deployment, JsonObject? pod) => Join(Read(deployment), pod is null ? null : ReadPod(pod));

    /// <summary>What a tale's Deployment says of it, as if it had no pod.</summary>
    public static TalePod Read(JsonObject deployment)
    {
        var metadata = deployment["metadata"]!;
        var isOurs = (string?)metadata["labels"]?[TaleLabels.Tale] is not null;
        var main = Main(deployment["spec"]?["template"]?["spec"]);
        var host = Annotation(metadata, TaleLabels.Host);
        return new TalePod
        {
            InstanceId = isOurs ? Annotation(metadata, TaleLabels.Instance) : (string?)metadata["labels"]?[TaleLabels.GwvolmanInstance] ?? "",
            TaleId = Annotation(metadata, TaleLabels.TaleId),
            Tale = Annotation(metadata, TaleLabels.Title),
            User = Annotation(metadata, TaleLabels.User),
            Status = deployment.IsDeleting() ? Terminating : TaleDiagnosis.JudgeDeployment(deployment) is null ? "Pending" : "Failed",
            Url = host.Length > 0 ? TaleUrl.Public(host, Annotation(metadata, TaleLabels.UrlPath)) : null,
            Image = (string?)main?["image"] ?? "",
            Started = Time(metadata["creationTimestamp"]),
            Name = (string?)metadata["name"] ?? "",
            IdleTimeout = long.TryParse(Annotation(metadata, TaleLabels.IdleTimeout), CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero,
            Origin = isOurs ? "wholetale" : "gwvolman",
        };
    }

    /// <summary>What a pod says of its tale.</summary>
    public static PodOfTale ReadPod(JsonObject pod) => new(
        (string?)pod["metadata"]?["name"] ?? "",
        (string?)pod["metadata"]?["creationTimestamp"] ?? "",
        pod.Condition("Ready").Text("status") == "True" ? "Running" : TaleDiagnosis.Judge(pod) is null ? "Pending" : "Failed",
        (string?)pod["spec"]?["nodeName"] ?? "",
        DigestOf(pod),
        Time(pod["status"]?["startTime"]));

    /// <summary>Adds what a tale's pod says to what its Deployment says.</summary>
    public static TalePod Join(TalePod tale, PodOfTale? pod) => pod is null ? tale : tale with
    {
        Status = tale.Status == Terminating ? Terminating : pod.Status,
        Pod = pod.Name,
        Node = pod.Node,
        ImageDigest = pod.ImageDigest,
        Started = pod.Started ?? tale.Started,
    };

    /// <summary>The instance's id, of ours and of gwvolman's.</summary>
    public static string InstanceOf(JsonObject deployment) =>
        Annotation(deployment["metadata"]!, TaleLabels.Instance) is { Length: > 0 } id ? id : deployment.Label(TaleLabels.GwvolmanInstance) ?? "";

    /// <summary>The login of the user it runs for; empty where it does not say.</summary>
    public static string UserOf(JsonObject deployment) => Annotation(deployment["metadata"]!, TaleLabels.User);

    /// <summary>Of a tale's pods the one that counts: while it rolls it has two for a moment.</summary>
    public static JsonObject? Youngest(IEnumerable<JsonObject> pods) => pods.MaxBy(pod => (string?)pod["metadata"]?["creationTimestamp"], StringComparer.Ordinal);

    /// <summary>What joins a pod to its Deployment: ours by the name, gwvolman's by the instance.</summary>
    public static string KeyOf(JsonObject item) =>
        (string?)item["metadata"]?["labels"]?[TaleLabels.Tale] ?? $"instance {(string?)item["metadata"]?["labels"]?[TaleLabels.GwvolmanInstance]}";

    // gwvolman calls the tale's container instance, ours is called main.
    private static JsonObject? Main(JsonNode? spec)
    {
        var containers = (spec?["containers"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        return containers.FirstOrDefault(container => (string?)container["name"] is "main" or "instance") ?? containers.FirstOrDefault();
    }

    // imageID is name@sha256:..., or docker-pullable://name@sha256:... with older runtimes.
    private static string DigestOf(JsonObject pod)
    {
        var status = (pod["status"]?["containerStatuses"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(status => (string?)status["name"] is "main" or "instance");
        var id = (string?)status?["imageID"] ?? "";
        var at = id.IndexOf("sha256:", StringComparison.Ordinal);
        return at < 0 ? "" : id[at..];
    }

    private static string Annotation(JsonNode metadata, string name) => (string?)metadata["annotations"]?[name] ?? "";

    private static DateTimeOffset? Time(JsonNode? value) =>
        DateTimeOffset.TryParse((string?)value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>What a list needs of a tale's pod.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Created">Its creationTimestamp (RFC 3339).</param>
    /// <param name="Status">Running, Pending or Failed.</param>
    /// <param name="Node">Its node, or "".</param>
    /// <param name="ImageDigest">The digest that runs, or "".</param>
    /// <param name="Started">When its node took it on.</param>
    internal sealed record PodOfTale(string Name, string Created, string Status, string Node, string ImageDigest, DateTimeOffset? Started);
}
