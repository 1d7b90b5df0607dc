using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;

namespace WholeTale.Simulator.Api;

/// <summary>Schemas as components of an OpenAPI document.</summary>
internal sealed class OpenApiSchemas
{
    private static readonly HashSet<string> _meta = new(StringComparer.Ordinal)
    {
        "ObjectMeta", "ListMeta", "OwnerReference", "ManagedFieldsEntry", "LabelSelector", "LabelSelectorRequirement", "Condition",
    };

    private readonly Dictionary<object, string> _names = [];

    public JsonObject Components { get; } = [];

    /// <summary>Adds a kind and all it holds.</summary>
    /// <returns>The component's name.</returns>
    public string Add(Kind kind, TypeSchema schema)
    {
        if (schema.Model is null)
        {
            var own = string.Join('.', kind.Group.Split('.').Reverse()) + "." + kind.Version + "." + kind.Name;
            var component = kind.Published?.DeepClone() as JsonObject ?? new JsonObject { ["type"] = "object" };
            component["x-kubernetes-group-version-kind"] = new JsonArray(OpenApi.GroupVersionKind(kind));
            Components[own] = component;
            return own;
        }

        var name = Struct(schema, kind.Group);
        Components[name]!["x-kubernetes-group-version-kind"] = new JsonArray(OpenApi.GroupVersionKind(kind));
        return name;
    }

    private string Struct(TypeSchema schema, string group)
    {
        if (_names.TryGetValue(schema.Model ?? (object)schema, out var known))
            return known;
        var package = group.Length == 0 ? "core" : group.Split('.')[0];
        var name = _meta.Contains(schema.GoName) ? "io.k8s.apimachinery.pkg.apis.meta.v1." + schema.GoName : $"io.k8s.api.{package}.v1.{schema.GoName}";
        if (Components.ContainsKey(name))
            name += _names.Count;
        _names[schema.Model ?? (object)schema] = name;
        var component = new JsonObject();
        Components[name] = component;
        if (schema.Model is not null && ModelDescriptions.OfType(schema.Model) is { } description)
            component["description"] = description;
        component["type"] = "object";
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var field in schema.Fields.All)
        {
            var property = Property(field.Type, group, schema.Model is null ? null : ModelDescriptions.OfProperty(schema.Model, field.Name));
            if (field.RetainsKeys)
                property["x-kubernetes-patch-strategy"] = property["x-kubernetes-patch-strategy"] is null ? "retainKeys" : "merge,retainKeys";
            if (field.PatchReplaces)
                property["x-kubernetes-patch-strategy"] = "replace";
            properties[field.Name] = property;
            if (field.Required)
                required.Add(field.Name);
        }

        if (required.Count > 0)
            component["required"] = required;
        component["properties"] = properties;
        if (schema.Atomic)
            component["x-kubernetes-map-type"] = "atomic";
        return name;
    }

    private JsonObject Property(TypeSchema type, string group, string? description)
    {
        var property = new JsonObject();
        if (description is not null)
            property["description"] = description;
        switch (type.Shape)
        {
            case Shape.Struct:
                // A reference beside a description has to be wrapped (OpenAPI 3.0).
                property["allOf"] = new JsonArray(new JsonObject { ["$ref"] = "#/components/schemas/" + Struct(type, group) });
                property["default"] = new JsonObject();
                break;
            case Shape.Map:
                property["type"] = "object";
                property["additionalProperties"] = Property(type.Element!, group, null);
                if (type.Atomic)
                    property["x-kubernetes-map-type"] = "atomic";
                break;
            case Shape.List:
                property["type"] = "array";
                property["items"] = Property(type.Element!, group, null);
                List(property, type);
                break;
            case Shape.Scalar when Named(type.Scalar) is { } named:
                property["allOf"] = new JsonArray(new JsonObject { ["$ref"] = "#/components/schemas/" + named });
                break;
            case Shape.Scalar:
                Scalar(property, type.Scalar);
                break;
            default:
                property["x-kubernetes-preserve-unknown-fields"] = true;
                break;
        }

        return property;
    }

    // Scalars with a schema of their own.
    private string? Named(ScalarType scalar)
    {
        var name = scalar switch
        {
            ScalarType.Time => "io.k8s.apimachinery.pkg.apis.meta.v1.Time",
            ScalarType.MicroTime => "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime",
            ScalarType.Quantity => "io.k8s.apimachinery.pkg.api.resource.Quantity",
            ScalarType.IntOrString => "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
            _ => null,
        };
        if (name is null || Components.ContainsKey(name))
            return name;
        var component = new JsonObject();
        Scalar(component, scalar);
        Components[name] = component;
        return name;
    }

    private static void List(JsonObject property, TypeSchema type)
    {
        switch (type.ListKind)
        {
            case ListKind.Map:
                property["x-kubernetes-list-type"] = "map";
                property["x-kubernetes-list-map-keys"] = new JsonArray([.. type.Keys.Select(key => (JsonNode)key)]);
                if (type.PatchMerges)
                {
                    property["x-kubernetes-patch-strategy"] = "merge";
                    property["x-kubernetes-patch-merge-key"] = type.Keys[0];
                }

                break;
            case ListKind.Set:
                property["x-kubernetes-list-type"] = "set";
                if (type.PatchMerges)
                    property["x-kubernetes-patch-strategy"] = "merge";
                break;
            default:
                property["x-kubernetes-list-type"] = "atomic";
                if (type.PatchMerges)
                {
                    property["x-kubernetes-patch-strategy"] = "merge";
                    property["x-kubernetes-patch-merge-key"] = type.Keys[0];
                }

                break;
        }
    }

    private static void Scalar(JsonObject property, ScalarType scalar)
    {
        (string type, string? format) = scalar switch
        {
            ScalarType.Integer32 => ("integer", "int32"),
            ScalarType.Integer64 => ("integer", "int64"),
            ScalarType.Float => ("number", "double"),
            ScalarType.Boolean => ("boolean", null),
            ScalarType.Time or ScalarType.MicroTime => ("string", "date-time"),
            ScalarType.Bytes => ("string", "byte"),
            _ => ("string", null),
        };
        property["type"] = type;
        if (format is not null)
            property["format"] = format;
        if (scalar is ScalarType.Quantity or ScalarType.IntOrString)
        {
            property.Remove("type");
            property["oneOf"] = new JsonArray(
                new JsonObject { ["type"] = "string" },
                new JsonObject { ["type"] = scalar == ScalarType.Quantity ? "number" : "integer" });
            if (scalar == ScalarType.IntOrString)
                property["format"] = "int-or-string";
        }
    }
}
