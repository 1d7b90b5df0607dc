using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>OpenAPI schemas of custom resources: what apiextensions understands of OpenAPI, and what lists and maps need.</summary>
internal static class SchemaChecks
{
    private static readonly string[] _types = ["array", "boolean", "integer", "number", "object", "string"];
    private static readonly string[] _notAtRoot = ["additionalProperties", "allOf", "anyOf", "default", "enum", "maxProperties", "minProperties", "not", "nullable", "oneOf", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string", "x-kubernetes-list-map-keys", "x-kubernetes-list-type", "x-kubernetes-map-type"];

    private static readonly (string Member, string Detail)[] _unknown =
    [
        ("id", "id is not supported"),
        ("additionalItems", "additionalItems is not supported"),
        ("patternProperties", "patternProperties is not supported"),
        ("definitions", "definitions is not supported"),
        ("dependencies", "dependencies is not supported"),
        ("$ref", "$ref is not supported"),
    ];

    /// <summary>Checks a whole schema.</summary>
    public static void Check(JsonObject? schema, string path, bool hasStatus, List<Cause> causes)
    {
        if (schema is null)
            return;
        if (hasStatus && schema["type"].Text() is { Length: > 0 } type && type != "object")
            causes.Add(Cause.Invalid(path + ".type", GoSyntax.Quote(type), "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled"));
        if (hasStatus && _notAtRoot.Any(member => schema[member] is not null))
        {
            causes.Add(Cause.Invalid(
                path,
                "apiextensions.JSONSchemaProps{}",
                "only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are allowed at the root of the schema if the status subresource is enabled"));
        }

        if (schema["nullable"].Flag() == true)
            causes.Add(Cause.Forbidden(path + ".nullable", "nullable cannot be true at the root"));
        StructuralChecks.Check(schema, path, causes);
        Part(schema, path, causes);
    }

    private static void Part(JsonObject schema, string path, List<Cause> causes)
    {
        Understood(schema, path, causes);
        if (schema["uniqueItems"].Flag() == true)
            causes.Add(Cause.Forbidden(path + ".uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
        var properties = schema["properties"] as JsonObject ?? [];
        if (schema["additionalProperties"] is { } additional)
        {
            if (properties.Count > 0 && additional.Flag() != true)
                causes.Add(Cause.Forbidden(path + ".additionalProperties", "additionalProperties and properties are mutual exclusive"));
            if (additional is JsonObject values)
                Part(values, path + ".additionalProperties", causes);
        }

        foreach (var (name, property) in properties)
        {
            if (property is JsonObject part)
                Part(part, $"{path}.properties[{name}]", causes);
        }

        if (schema["not"] is JsonObject negated)
            Part(negated, path + ".not", causes);
        foreach (var junctor in new[] { "allOf", "oneOf", "anyOf" })
        {
            foreach (var (part, at) in schema[junctor].Objects().Select((part, at) => (part, at)))
                Part(part, $"{path}.{junctor}[{at}]", causes);
        }

        if (schema["items"] is JsonObject items)
            Part(items, path + ".items", causes);
        if (schema["x-kubernetes-preserve-unknown-fields"].Flag() == false)
            causes.Add(Cause.Invalid(path + ".x-kubernetes-preserve-unknown-fields", "false", "must be true or undefined"));
        Map(schema, path, causes);
        List(schema, path, causes);
    }

    private static void Understood(JsonObject schema, string path, List<Cause> causes)
    {
        var type = schema["type"].Text() ?? "";
        if (type.Length > 0 && !_types.Contains(type))
            causes.Add(Cause.NotSupported(path + ".type", GoSyntax.Quote(type), _types));
        causes.AddRange(_unknown.Where(unknown => schema[unknown.Member] is not null).Select(unknown => Cause.Forbidden($"{path}.{unknown.Member}", unknown.Detail)));
        if (type == "null")
            causes.Add(Cause.Forbidden(path + ".type", "type cannot be set to null, use nullable as an alternative"));
        if (schema["items"] is JsonArray { Count: > 0 })
            causes.Add(Cause.Forbidden(path + ".items", "items must be a schema object and not an array"));
    }

    private static void Map(JsonObject schema, string path, List<Cause> causes)
    {
        if (schema["x-kubernetes-map-type"].Text() is not { } mapType)
            return;
        Typed(schema, path, "object", "must be object if x-kubernetes-map-type is specified", causes);
        if (mapType is not ("atomic" or "granular"))
            causes.Add(Cause.NotSupported(path + ".x-kubernetes-map-type", GoSyntax.Quote(mapType), "atomic", "granular"));
    }

    private static void List(JsonObject schema, string path, List<Cause> causes)
    {
        var listType = schema["x-kubernetes-list-type"].Text();
        var keys = schema["x-kubernetes-list-map-keys"].Texts();
        if (listType is not null)
            Typed(schema, path, "array", "must be array if x-kubernetes-list-type is specified", causes);
        if (listType is not (null or "atomic" or "set" or "map"))
            causes.Add(Cause.NotSupported(path + ".x-kubernetes-list-type", GoSyntax.Quote(listType), "atomic", "set", "map"));
        if (keys.Count > 0 && listType != "map")
        {
            causes.Add(listType is null
                ? Cause.Required(path + ".x-kubernetes-list-type", "must be map if x-kubernetes-list-map-keys is non-empty")
                : Cause.Invalid(path + ".x-kubernetes-list-type", GoSyntax.Quote(listType), "must be map if x-kubernetes-list-map-keys is non-empty"));
        }

        if (listType != "map")
            return;
        if (keys.Count == 0)
            causes.Add(Cause.Required(path + ".x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map"));
        if (schema["items"] is not JsonObject items)
            causes.Add(Cause.Required(path + ".items", "must have a schema if x-kubernetes-list-type is map"));
        else if (items["type"].Text() != "object")
            causes.Add(Cause.Invalid(path + ".items.type", GoSyntax.Quote(items["type"].Text() ?? ""), "must be object if parent array's x-kubernetes-list-type is map"));
        else
            Keys(items, keys, path, causes);
    }

    private static void Keys(JsonObject items, IReadOnlyList<string> keys, string path, List<Cause> causes)
    {
        foreach (var key in keys)
        {
            if (items["properties"]?[key] is not { } property)
                causes.Add(Cause.Invalid(path + ".x-kubernetes-list-map-keys", GoSyntax.List(keys), "entries must all be names of item properties"));
            else if (property["type"].Text() is "array" or "object")
                causes.Add(Cause.Invalid($"{path}.items.properties[{key}].type", "\"object\"", "must be a scalar type if parent array's x-kubernetes-list-type is map"));
        }

        var duplicate = keys.GroupBy(key => key, StringComparer.Ordinal).Any(group => group.Count() > 1);
        if (duplicate)
            causes.Add(Cause.Invalid(path + ".x-kubernetes-list-map-keys", GoSyntax.List(keys), "must not contain duplicate entries"));
        foreach (var key in keys.Where(key => items["properties"]?[key] is { } property && property["default"] is null && !items["required"].Texts().Contains(key)))
            causes.Add(Cause.Required($"{path}.items.properties[{key}].default", "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"));
    }

    private static void Typed(JsonObject schema, string path, string wanted, string detail, List<Cause> causes)
    {
        var type = schema["type"].Text() ?? "";
        if (type != wanted)
            causes.Add(type.Length == 0 ? Cause.Required(path + ".type", detail) : Cause.Invalid(path + ".type", GoSyntax.Quote(type), detail));
    }
}
