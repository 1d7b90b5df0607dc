using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>Prunes, defaults and checks custom resources by the OpenAPI schema of their definition.</summary>
internal static class CustomValidation
{
    /// <summary>Drops members that the schema does not know, and names them.</summary>
    public static void Prune(JsonNode? value, JsonObject? schema, string path, bool isRoot, List<string> unknown)
    {
        if (schema is null || schema["x-kubernetes-preserve-unknown-fields"].Flag() == true && schema["properties"] is null)
            return;
        switch (value)
        {
            case JsonObject members:
                var properties = schema["properties"] as JsonObject;
                var rest = schema["additionalProperties"];
                var preserves = schema["x-kubernetes-preserve-unknown-fields"].Flag() == true || rest.Flag() == true;
                var drop = new List<string>();
                foreach (var (name, member) in members)
                {
                    if (isRoot && name is "apiVersion" or "kind" or "metadata")
                        continue;
                    var below = path.Length == 0 ? name : path + "." + name;
                    if (properties?[name] is JsonObject known)
                        Prune(member, known, below, false, unknown);
                    else if (rest is JsonObject element)
                        Prune(member, element, below, false, unknown);
                    else if (!preserves)
                        drop.Add(name);
                }

                foreach (var name in drop)
                {
                    unknown.Add(path.Length == 0 ? name : path + "." + name);
                    members.Remove(name);
                }

                break;
            case JsonArray items:
                for (var at = 0; at < items.Count; at++)
                    Prune(items[at], schema["items"] as JsonObject, $"{path}[{at}]", false, unknown);
                break;
            default:
                break;
        }
    }

    public static void Default(JsonNode? value, JsonObject? schema)
    {
        switch (value)
        {
            case JsonObject members:
                foreach (var (name, property) in schema?["properties"] as JsonObject ?? [])
                {
                    if (members[name] is null && property?["default"] is { } fallback && (!members.ContainsKey(name) || property["nullable"].Flag() != true))
                        members[name] = fallback.DeepClone();
                    Default(members[name], property as JsonObject);
                }

                if (schema?["additionalProperties"] is JsonObject element)
                {
                    foreach (var (_, member) in members)
                        Default(member, element);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                    Default(item, schema?["items"] as JsonObject);
                break;
            default:
                break;
        }
    }

    public static void Check(JsonNode? value, JsonObject? schema, string path, List<Cause> causes)
    {
        if (schema is null)
            return;
        if (!HasType(value, schema))
        {
            if (value is null && schema["nullable"].Flag() == true)
                return;
            var shown = value is null ? "\"null\"" : value is JsonValue ? GoSyntax.Quote(TypeOf(value)) : GoSyntax.Quote(TypeOf(value));
            causes.Add(new Cause("FieldValueTypeInvalid", path, $"Invalid value: {shown}: {path} in body must be of type {schema["type"].Text()}: {shown}"));
            return;
        }

        if (schema["enum"] is JsonArray allowed && !allowed.Any(item => JsonTree.AreEqual(item, value)))
            causes.Add(new Cause("FieldValueNotSupported", path, $"Unsupported value: {GoSyntax.Value(value)}: supported values: {string.Join(", ", allowed.Select(GoSyntax.Value))}"));
        switch (value)
        {
            case JsonObject members:
                Members(members, schema, path, causes);
                break;
            case JsonArray items:
                Size(items.Count, schema, "Items", path, causes);
                for (var at = 0; at < items.Count; at++)
                    Check(items[at], schema["items"] as JsonObject, $"{path}[{at}]", causes);
                break;
            case JsonValue scalar:
                Scalar(scalar, schema, path, causes);
                break;
            default:
                break;
        }

        foreach (var part in (schema["allOf"] as JsonArray ?? []).OfType<JsonObject>())
            Check(value, part, path, causes);
    }

    private static void Members(JsonObject members, JsonObject schema, string path, List<Cause> causes)
    {
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(item => item.Text() ?? ""))
        {
            if (!members.ContainsKey(name))
                causes.Add(Cause.Required(path.Length == 0 ? name : path + "." + name));
        }

        foreach (var (name, member) in members)
        {
            if (path.Length == 0 && name is "apiVersion" or "kind" or "metadata")
                continue;
            var property = schema["properties"]?[name] as JsonObject ?? schema["additionalProperties"] as JsonObject;
            Check(member, property, path.Length == 0 ? name : path + "." + name, causes);
        }
    }

    private static void Size(int count, JsonObject schema, string what, string path, List<Cause> causes)
    {
        if (schema["max" + what].Number() is { } most && count > most)
            causes.Add(Cause.TooMany(path, count, (int)most));
        if (schema["min" + what].Number() is { } least && count < least)
            causes.Add(Cause.Invalid(path, count.ToString(CultureInfo.InvariantCulture), $"{path} in body should have at least {least} items"));
    }

    private static void Scalar(JsonValue value, JsonObject schema, string path, List<Cause> causes)
    {
        if (value.Text() is { } text)
        {
            if (schema["maxLength"].Number() is { } most && text.Length > most)
                causes.Add(new Cause("FieldValueTooLong", path, $"Too long: may not be longer than {most}"));
            if (schema["minLength"].Number() is { } least && text.Length < least)
                causes.Add(Cause.Invalid(path, GoSyntax.Quote(text), $"{path} in body should be at least {least} chars long"));
            if (schema["pattern"].Text() is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.None, TimeSpan.FromMilliseconds(100)))
                causes.Add(Cause.Invalid(path, GoSyntax.Quote(text), $"{path} in body should match '{pattern}'"));
            return;
        }

        if (value.GetValueKind() != JsonValueKind.Number)
            return;
        var number = double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);
        if (Bound(schema["minimum"]) is { } low && (schema["exclusiveMinimum"].Flag() == true ? number <= low : number < low))
            causes.Add(Cause.Invalid(path, value.ToJsonString(), $"{path} in body should be greater than {(schema["exclusiveMinimum"].Flag() == true ? "" : "or equal to ")}{schema["minimum"]!.ToJsonString()}"));
        if (Bound(schema["maximum"]) is { } high && (schema["exclusiveMaximum"].Flag() == true ? number >= high : number > high))
            causes.Add(Cause.Invalid(path, value.ToJsonString(), $"{path} in body should be less than {(schema["exclusiveMaximum"].Flag() == true ? "" : "or equal to ")}{schema["maximum"]!.ToJsonString()}"));
    }

    private static double? Bound(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;

    private static bool HasType(JsonNode? value, JsonObject schema)
    {
        if (schema["x-kubernetes-int-or-string"].Flag() == true)
            return value.Text() is not null || value.Number() is not null;
        return schema["type"].Text() switch
        {
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "string" => value.Text() is not null,
            "integer" => value.Number() is not null,
            "number" => value is JsonValue number && number.GetValueKind() == JsonValueKind.Number,
            "boolean" => value.Flag() is not null,
            _ => true,
        };
    }

    private static string TypeOf(JsonNode? value) => value switch
    {
        JsonObject => "object",
        JsonArray => "array",
        JsonValue scalar when scalar.Text() is not null => "string",
        JsonValue scalar when scalar.Flag() is not null => "boolean",
        JsonValue scalar when scalar.Number() is not null => "integer",
        JsonValue => "number",
        _ => "null",
    };
}
