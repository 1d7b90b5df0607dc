using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>
/// Whether a schema is structural (apiextensions, pkg/apiserver/schema): every member has a type of its own, and junctors only narrow what is specified outside
/// of them.
/// </summary>
internal static class StructuralChecks
{
    private static readonly string[] _junctors = ["anyOf", "allOf", "oneOf"];

    private static readonly (string Member, string Detail)[] _notNested =
    [
        ("type", "must be empty to be structural"),
        ("additionalProperties", "must be undefined to be structural"),
        ("default", "must be undefined to be structural"),
        ("title", "must be empty to be structural"),
        ("description", "must be empty to be structural"),
        ("nullable", "must be false to be structural"),
        ("externalDocs", "must be undefined to be structural"),
        ("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
        ("x-kubernetes-embedded-resource", "must be false to be structural"),
        ("x-kubernetes-int-or-string", "must be false to be structural"),
        ("x-kubernetes-list-map-keys", "must be empty to be structural"),
        ("x-kubernetes-list-type", "must be undefined to be structural"),
        ("x-kubernetes-map-type", "must be undefined to be structural"),
    ];

    /// <summary>Adds what is not structural, in the order of the messages.</summary>
    public static void Check(JsonObject schema, string path, List<Cause> causes)
    {
        var found = new List<Cause>();
        Invariants(schema, path, "root", found);
        Complete(schema, path, found);
        if (found.Count == 0)
            Defaults(schema, path, found);
        causes.AddRange(found.OrderBy(cause => cause.Field + ": " + cause.Message, StringComparer.Ordinal));
    }

    private static void Invariants(JsonObject schema, string path, string level, List<Cause> causes)
    {
        var type = schema["type"].Text() ?? "";
        if (type == "array" && schema["items"] is null)
            causes.Add(Cause.Required(path + ".items", "must be specified"));
        if (schema["items"] is JsonObject items)
            Invariants(items, path + ".items", "item", causes);
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            if (property is JsonObject part)
                Invariants(part, $"{path}.properties[{name}]", "field", causes);
        }

        if (schema["additionalProperties"] is { } additional && additional.Flag() != false)
        {
            if (level == "root")
                causes.Add(Cause.Forbidden(path + ".additionalProperties", "must not be used at the root"));
            if (additional is JsonObject values)
                Invariants(values, path + ".additionalProperties", "field", causes);
        }

        var isEither = schema["x-kubernetes-int-or-string"].Flag() == true;
        var preserves = schema["x-kubernetes-preserve-unknown-fields"].Flag() == true;
        if (isEither && preserves)
            causes.Add(Cause.Invalid(path + ".x-kubernetes-preserve-unknown-fields", "true", "must be false if x-kubernetes-int-or-string is true"));
        Values(schema, path, isEither, causes);
        Type(schema, path, level, type, isEither || preserves, causes);
        if (level == "root" && schema["properties"]?["metadata"] is JsonObject metadata)
            Metadata(metadata, path + ".properties[metadata]", causes);
    }

    private static void Type(JsonObject schema, string path, string level, string type, bool excused, List<Cause> causes)
    {
        if (schema["x-kubernetes-embedded-resource"].Flag() == true && type != "object")
        {
            const string detail = "must be object if x-kubernetes-embedded-resource is true";
            causes.Add(type.Length == 0 ? Cause.Required(path + ".type", detail) : Cause.Invalid(path + ".type", GoSyntax.Quote(type), detail));
        }
        else if (type.Length == 0 && !excused)
        {
            causes.Add(Cause.Required(path + ".type", level switch
            {
                "root" => "must not be empty at the root",
                "item" => "must not be empty for specified array items",
                _ => "must not be empty for specified object fields",
            }));
        }

        if (level == "root" && type.Length > 0 && type != "object")
            causes.Add(Cause.Invalid(path + ".type", GoSyntax.Quote(type), "must be object at the root"));
    }

    private static void Metadata(JsonObject metadata, string path, List<Cause> causes)
    {
        if (metadata["type"].Text() != "object")
            causes.Add(Cause.Invalid(path + ".type", GoSyntax.Quote(metadata["type"].Text() ?? ""), "must be object"));
        var narrows = (metadata["properties"] as JsonObject ?? []).All(property => property.Key is "name" or "generateName");
        if (!narrows || metadata.Any(member => member.Key is not ("type" or "properties" or "default" or "description") && member.Value is not null))
            causes.Add(Cause.Forbidden(path, "must not specify anything other than name and generateName, but metadata is implicitly specified"));
    }

    private static void Values(JsonObject schema, string path, bool isEither, List<Cause> causes)
    {
        foreach (var junctor in _junctors)
        {
            foreach (var (part, at) in schema[junctor].Objects().Select((part, at) => (part, at)))
            {
                // "anyOf: [{type: integer}, {type: string}]" is how an int-or-string is spelt for clients that do not know the extension.
                if (!(isEither && (junctor == "anyOf" && IsEither(schema) || junctor == "allOf" && at == 0 && IsEither(part))))
                    Nested(part, $"{path}.{junctor}[{at}]", causes);
            }
        }

        if (schema["not"] is JsonObject negated)
            Nested(negated, path + ".not", causes);
        if (schema["pattern"].Text() is { Length: > 0 } pattern && !IsExpression(pattern))
            causes.Add(Cause.Invalid(path + ".pattern", GoSyntax.Quote(pattern), "must be a valid regular expression, but isn't: error parsing regexp"));
    }

    private static bool IsEither(JsonObject schema) => schema["anyOf"].Objects().Select(part => part["type"].Text()).SequenceEqual(["integer", "string"]);

    private static bool IsExpression(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Nested(JsonObject part, string path, List<Cause> causes)
    {
        Values(part, path, isEither: false, causes);
        if (part["items"] is JsonObject items)
            Nested(items, path + ".items", causes);
        foreach (var (name, property) in part["properties"] as JsonObject ?? [])
        {
            if (property is JsonObject below)
                Nested(below, $"{path}.properties[{name}]", causes);
        }

        causes.AddRange(_notNested.Where(rule => part[rule.Member] is { } value && value.Flag() != false && value.Text() != "").Select(rule => Cause.Forbidden($"{path}.{rule.Member}", rule.Detail)));
        if (part["properties"]?["metadata"] is not null)
            causes.Add(Cause.Forbidden(path + ".properties[metadata]", "must not be specified in a nested context"));
    }

    // validateStructuralCompleteness: what a junctor speaks of is specified outside of it, too.
    private static void Complete(JsonObject schema, string path, List<Cause> causes)
    {
        Junctors(schema, schema, path, path, causes);
        foreach (var (part, at) in Parts(schema, path))
            Complete(part, at, causes);
    }

    private static void Junctors(JsonObject part, JsonObject schema, string schemaPath, string partPath, List<Cause> causes)
    {
        foreach (var junctor in _junctors)
        {
            foreach (var (said, at) in part[junctor].Objects().Select((said, at) => (said, at)))
                Said(said, schema, schemaPath, $"{partPath}.{junctor}[{at}]", causes);
        }

        Said(part["not"], schema, schemaPath, partPath + ".not", causes);
    }

    private static void Said(JsonNode? part, JsonNode? schema, string schemaPath, string partPath, List<Cause> causes)
    {
        if (part is not JsonObject said)
            return;
        if (schema is not JsonObject specified)
        {
            causes.Add(Cause.Required(schemaPath, "because it is defined in " + partPath));
            return;
        }

        Junctors(said, specified, schemaPath, partPath, causes);
        Said(said["items"], specified["items"], schemaPath + ".items", partPath + ".items", causes);
        foreach (var (name, property) in said["properties"] as JsonObject ?? [])
            Said(property, specified["properties"]?[name], $"{schemaPath}.properties[{name}]", $"{partPath}.properties[{name}]", causes);
    }

    private static void Defaults(JsonObject schema, string path, List<Cause> causes)
    {
        if (schema["default"] is { } value)
            CustomValidation.Check(value, schema, path + ".default", causes);
        foreach (var (part, at) in Parts(schema, path))
            Defaults(part, at, causes);
    }

    private static IEnumerable<(JsonObject Part, string Path)> Parts(JsonObject schema, string path)
    {
        if (schema["items"] is JsonObject items)
            yield return (items, path + ".items");
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            if (property is JsonObject part)
                yield return (part, $"{path}.properties[{name}]");
        }

        if (schema["additionalProperties"] is JsonObject values)
            yield return (values, path + ".additionalProperties");
    }
}
