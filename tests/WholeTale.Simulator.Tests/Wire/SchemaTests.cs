using System.Reflection;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Tests.Life;

namespace WholeTale.Simulator.Tests.Wire;

/// <summary>The schemas that are served, held against those that Kubernetes 1.26 publishes.</summary>
public sealed class SchemaTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    // Alpha fields behind gates that are off, and a merge key that upstream gives a string by mistake.
    private static readonly string[] _excused = ["PodResourceClaim.source", "LabelSelectorRequirement.key", "ComponentStatus.conditions", "NodeSpec.podCIDRs"];

    private static string Folder => Path.GetFullPath(Path.Combine(
        typeof(SchemaTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Repository").Value!, "..", "shared", "openapi", "1.26"));

    public static TheoryData<string> Documents() =>
        new(["api/v1", "apis/apiextensions.k8s.io/v1", "apis/apps/v1", "apis/batch/v1", "apis/coordination.k8s.io/v1", "apis/discovery.k8s.io/v1", "apis/networking.k8s.io/v1", "apis/policy/v1", "apis/rbac.authorization.k8s.io/v1", "apis/storage.k8s.io/v1"]);

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Fields_requirements_and_keys_are_those_of_the_published_schema(string document)
    {
        var file = Path.Combine(Folder, document.Replace('/', '_') + ".json");
        if (!File.Exists(file))
            Assert.Skip("The published schemas (../shared/openapi) are not there.");
        var published = Schemas(JsonNode.Parse(await File.ReadAllTextAsync(file))!);

        var served = Schemas((await fixture.GetAsync("/openapi/v3/" + document))!);

        Assert.NotEmpty(served);
        Assert.Empty(served.Where(type => published.ContainsKey(type.Key)).SelectMany(type => Differences(type.Key, type.Value, published[type.Key])));
    }

    private static Dictionary<string, JsonNode> Schemas(JsonNode document)
    {
        var schemas = new Dictionary<string, JsonNode>();
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
            schemas.TryAdd(name.Split('.')[^1], schema!);
        return schemas;
    }

    private static IEnumerable<string> Differences(string type, JsonNode served, JsonNode published)
    {
        var (mine, theirs) = (Members(served), Members(published));
        foreach (var name in mine.Keys.Except(theirs.Keys))
            yield return $"{type}.{name} is not in 1.26";
        foreach (var name in theirs.Keys.Except(mine.Keys).Where(name => !_excused.Contains($"{type}.{name}")))
            yield return $"{type}.{name} is missing";
        var (asked, wanted) = (Required(served), Required(published));
        foreach (var name in asked.Except(wanted).Concat(wanted.Except(asked)))
            yield return $"{type}.{name} is {(wanted.Contains(name) ? "" : "not ")}required";
        foreach (var name in mine.Keys.Intersect(theirs.Keys).Where(name => !_excused.Contains($"{type}.{name}")))
        {
            if (Keys(mine[name]) != Keys(theirs[name]))
                yield return $"{type}.{name} is merged by {Keys(mine[name])}, not {Keys(theirs[name])}";
        }
    }

    private static Dictionary<string, JsonNode> Members(JsonNode schema) =>
        (schema["properties"]?.AsObject() ?? []).ToDictionary(member => member.Key, member => member.Value!);

    private static HashSet<string> Required(JsonNode schema) => [.. (schema["required"]?.AsArray() ?? []).Select(name => (string)name!)];

    // A list without a type of its own is a map by its merge key, or a set by its strategy (kube-openapi, schemaconv).
    private static string Keys(JsonNode field)
    {
        var strategy = (string?)field["x-kubernetes-patch-strategy"] ?? "";
        var key = (string?)field["x-kubernetes-patch-merge-key"];
        var owned = (string?)field["x-kubernetes-list-type"] switch
        {
            "map" => string.Join(',', field["x-kubernetes-list-map-keys"]!.AsArray().Select(name => (string?)name)),
            "set" => "set",
            "atomic" => "",
            _ => key ?? (strategy.Contains("merge", StringComparison.Ordinal) ? "set" : ""),
        };
        return $"[{owned}] and {strategy} {key}";
    }
}
