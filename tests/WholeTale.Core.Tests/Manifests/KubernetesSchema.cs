using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Core.Tests.Manifests;

/// <summary>The API's own schemas (OpenAPI v3), applied strictly: a field that is not declared is a fault.</summary>
internal sealed class KubernetesSchema
{
    private readonly Dictionary<string, JsonObject> schemas = [];
    private readonly Dictionary<(string Group, string Version, string Kind), JsonObject> kinds = [];

    private KubernetesSchema(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
        {
            foreach (var (name, schema) in JsonNode.Parse(File.ReadAllText(file))!["components"]!["schemas"]!.AsObject())
            {
                schemas[name] = schema!.AsObject();
                foreach (var kind in schema["x-kubernetes-group-version-kind"]?.AsArray() ?? [])
                    kinds[((string)kind!["group"]!, (string)kind["version"]!, (string)kind["kind"]!)] = schema.AsObject();
            }
        }
    }

    /// <summary>Reads the schemas that lie beside the repository, or where WT_SHARED says; skips the test where they are missing.</summary>
    public static KubernetesSchema Load()
    {
        var shared = Environment.GetEnvironmentVariable("WT_SHARED") ?? Path.Combine(CommonFolders.Repository, "..", "shared");
        var folder = Path.Combine(shared, "openapi", "1.26");
        if (!Directory.Exists(folder))
            Assert.Skip($"The schemas of Kubernetes 1.26 are not at {folder}; set WT_SHARED to the folder that holds openapi/1.26.");
        return new KubernetesSchema(folder);
    }

    /// <summary>What does not fit, each with its path.</summary>
    public IEnumerable<string> Faults(JsonObject document)
    {
        var parts = ((string)document["apiVersion"]!).Split('/');
        var key = (parts.Length == 2 ? parts[0] : "", parts[^1], (string)document["kind"]!);
        return kinds.TryGetValue(key, out var schema) ? Faults(document, schema, (string)document["kind"]!) : [$"{key} is not served"];
    }

    private IEnumerable<string> Faults(JsonNode? value, JsonObject schema, string path)
    {
        if (schema["$ref"] is { } reference)
            return Faults(value, schemas[((string)reference!).Split('/')[^1]], path);
        if (schema["allOf"] is JsonArray all)
            return all.SelectMany(part => Faults(value, part!.AsObject(), path));
        if (schema["oneOf"] is JsonArray one)
            return one.Any(part => !Faults(value, part!.AsObject(), path).Any()) ? [] : [$"{path} fits none of its forms"];
        if ((bool?)schema["x-kubernetes-preserve-unknown-fields"] ?? false)
            return [];
        return (string?)schema["type"] switch
        {
            "object" => value is JsonObject table ? TableFaults(table, schema, path) : [$"{path} is no object"],
            "array" => value is JsonArray list ? list.SelectMany((item, index) => Faults(item, schema["items"]!.AsObject(), $"{path}[{index}]")) : [$"{path} is no list"],
            "string" => Kind(value) == JsonValueKind.String ? EnumFaults(value!, schema, path) : [$"{path} is no text"],
            "integer" => Kind(value) == JsonValueKind.Number && long.TryParse(value!.ToJsonString(), out _) ? [] : [$"{path} is no integer"],
            "number" => Kind(value) == JsonValueKind.Number ? [] : [$"{path} is no number"],
            "boolean" => Kind(value) is JsonValueKind.True or JsonValueKind.False ? [] : [$"{path} is neither true nor false"],
            _ => [],
        };
    }

    private IEnumerable<string> TableFaults(JsonObject table, JsonObject schema, string path)
    {
        foreach (var required in schema["required"]?.AsArray() ?? [])
        {
            if (!table.ContainsKey((string)required!))
                yield return $"{path}.{required} is missing";
        }
        var properties = schema["properties"] as JsonObject;
        foreach (var (name, value) in table)
        {
            var inner = properties?[name] as JsonObject ?? schema["additionalProperties"] as JsonObject;
            if (inner is null)
                yield return $"{path}.{name} is not a field";
            else
            {
                foreach (var fault in Faults(value, inner, $"{path}.{name}"))
                    yield return fault;
            }
        }
    }

    private static IEnumerable<string> EnumFaults(JsonNode value, JsonObject schema, string path) =>
        schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)) ? [$"{path} may not be {value}"] : [];

    private static JsonValueKind Kind(JsonNode? value) => value?.GetValueKind() ?? JsonValueKind.Null;
}
