using System.Reflection;
using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;
using WholeTale.Core.Tales;

namespace WholeTale.Core.Tests.Tales;

/// <summary>Real tales (tests/data/tales.json), and what is rendered for them.</summary>
internal static class TaleSamples
{
    private static readonly string Repository = typeof(TaleSamples).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Repository").Value!;

    public static IReadOnlyList<TaleRequest> All { get; } =
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Repository, "tests", "data", "tales.json")))!.AsArray().Select(tale => Read(tale!))];

    public static Cluster Cluster(Settings? settings = null, ApiConnection? connection = null) => new()
    {
        Name = "sample",
        Provider = "Simulator",
        Connection = connection,
        Settings = new ResolvedSettings(settings ?? new Settings(), [], Environment.CurrentDirectory),
    };

    /// <summary>A tale's objects as they would be applied, the Deployment first.</summary>
    public static (TalePlan Plan, IReadOnlyList<JsonObject> Objects) Render(TaleRequest request, Settings? settings = null)
    {
        var cluster = Cluster(settings);
        var plan = TalePlan.For(request, cluster.Settings!.Settings);
        var manifests = new TaleManifests(cluster, cluster.Settings, TemplateSource.From(cluster.Settings));
        var deployment = manifests.Deployment(plan);
        var stored = (JsonObject)deployment.DeepClone();
        stored["metadata"]!["uid"] = "11111111-2222-3333-4444-555555555555";
        return (plan, [deployment, .. manifests.Dependents(plan, stored, cluster.Settings.Settings.Ingress)]);
    }

    public static JsonNode MainOf(IReadOnlyList<JsonObject> objects) =>
        objects[0]["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Single(container => (string?)container!["name"] == "main")!;

    private static TaleRequest Read(JsonNode tale) => TaleDocument.Read(tale.AsObject(), "tales.json") with { User = $"user-of-{((string)tale["taleId"]!)[^4..]}" };
}
