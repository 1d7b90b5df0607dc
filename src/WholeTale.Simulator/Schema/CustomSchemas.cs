using System.Text.Json.Nodes;
using k8s.Models;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Schema;

/// <summary>Turns the OpenAPI schema of a CustomResourceDefinition into a <see cref="TypeSchema"/>.</summary>
internal static class CustomSchemas
{
    /// <summary>The schema of a custom kind, with the members that every object has.</summary>
    public static TypeSchema Root(JsonObject? schema)
    {
        var fields = new Dictionary<string, FieldSchema>(StringComparer.Ordinal);
        foreach (var (name, type) in Properties(schema))
            fields[name] = Field(name, type);
        fields["apiVersion"] = Field("apiVersion", TypeSchema.Text);
        fields["kind"] = Field("kind", TypeSchema.Text);
        fields["metadata"] = new FieldSchema("metadata", ModelSchemas.Struct(typeof(V1ObjectMeta))) { Always = true };
        return Struct([.. fields.Values], schema?["x-kubernetes-preserve-unknown-fields"].Flag() == true, atomic: false);
    }

    private static TypeSchema Of(JsonObject? schema)
    {
        if (schema is null)
            return TypeSchema.Deduced;
        if (schema["x-kubernetes-int-or-string"].Flag() == true)
            return TypeSchema.Of(ScalarType.IntOrString);
        var preserves = schema["x-kubernetes-preserve-unknown-fields"].Flag() == true;
        switch (schema["type"].Text())
        {
            case "object":
                if (schema["additionalProperties"] is JsonObject element)
                    return new TypeSchema { Shape = Shape.Map, Element = Of(element), Atomic = schema["x-kubernetes-map-type"].Text() == "atomic" };
                if (schema["properties"] is null && (preserves || schema["additionalProperties"].Flag() == true))
                    return TypeSchema.Deduced;
                return Struct([.. Properties(schema).Select(pair => Field(pair.Name, pair.Type))], preserves, schema["x-kubernetes-map-type"].Text() == "atomic");
            case "array":
                return List(schema);
            case "integer":
                return TypeSchema.Of(ScalarType.Integer64);
            case "number":
                return TypeSchema.Of(ScalarType.Float);
            case "boolean":
                return TypeSchema.Of(ScalarType.Boolean);
            case "string":
                return TypeSchema.Text;
            default:
                return TypeSchema.Deduced;
        }
    }

    private static TypeSchema List(JsonObject schema)
    {
        var items = schema["items"] as JsonObject;
        var keys = (schema["x-kubernetes-list-map-keys"] as JsonArray ?? []).Select(key => key.Text() ?? "").ToList();
        var kind = schema["x-kubernetes-list-type"].Text() switch
        {
            "map" => ListKind.Map,
            "set" => ListKind.Set,
            _ => ListKind.Atomic,
        };
        return new TypeSchema { Shape = Shape.List, Element = Of(items), ListKind = kind, Keys = keys, Atomic = kind == ListKind.Atomic };
    }

    private static TypeSchema Struct(IReadOnlyList<FieldSchema> fields, bool preserves, bool atomic) => new()
    {
        Shape = Shape.Struct,
        PreservesUnknown = preserves,
        Atomic = atomic,
        FieldSource = new Lazy<FieldTable>(new FieldTable(fields)),
    };

    // Custom resources keep what they are given: zeros and empty strings are values.
    private static FieldSchema Field(string name, TypeSchema type) => new(name, type) { Pointer = true };

    private static IEnumerable<(string Name, TypeSchema Type)> Properties(JsonObject? schema) =>
        (schema?["properties"] as JsonObject ?? []).Select(pair => (pair.Key, Of(pair.Value as JsonObject)));
}
