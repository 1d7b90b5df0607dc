using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>
/// The versions of a CustomResourceDefinition. What all of them say alike (as one alone does) the server holds once, above them, and names it by the
/// old paths: <c>spec.validation</c>, <c>spec.subresources</c>, <c>spec.additionalPrinterColumns</c>.
/// </summary>
internal static class DefinitionVersions
{
    private static readonly string[] _types = ["boolean", "date", "integer", "number", "string"];
    private static readonly string[] _formats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

    public static void Check(JsonObject spec, List<Cause> causes)
    {
        var versions = spec["versions"].Objects().ToList();
        for (var at = 0; at < versions.Count; at++)
        {
            if (versions[at]["schema"]?["openAPIV3Schema"] is null)
                causes.Add(Cause.Required($"spec.versions[{at}].schema.openAPIV3Schema", "schemas are required"));
        }

        for (var at = 0; at < versions.Count; at++)
            Version(versions[at], $"spec.versions[{at}]", versions, causes);
        if (versions.Select(version => version["name"].Text()).Distinct().Count() < versions.Count)
            causes.Add(Cause.Invalid("spec.versions", Show(spec), "must contain unique version names"));
        if (versions.Count(version => version["storage"].Flag() == true) != 1)
            causes.Add(Cause.Invalid("spec.versions", Show(spec), "must have exactly one version marked as storage version"));
        if (versions.Count > 0 && Names.Dns1035Label(versions[0]["name"].Text() ?? "") is { Count: > 0 } problems)
            causes.Add(Cause.Invalid("spec.version", GoSyntax.Quote(versions[0]["name"].Text() ?? ""), string.Join(",", problems)));
    }

    /// <summary>Checks what all versions say alike.</summary>
    public static void CheckShared(JsonObject spec, List<Cause> causes)
    {
        var versions = spec["versions"].Objects().ToList();
        if (versions.Count == 0)
            return;
        if (AreAlike(versions, "schema"))
            SchemaChecks.Check(versions[0]["schema"]?["openAPIV3Schema"] as JsonObject, "spec.validation.openAPIV3Schema", versions.Exists(HasStatus), causes);
        if (AreAlike(versions, "subresources"))
            Subresources(versions[0]["subresources"], "spec.subresources", causes);
        if (AreAlike(versions, "additionalPrinterColumns"))
            Columns(versions[0]["additionalPrinterColumns"], "spec.additionalPrinterColumns", causes);
    }

    private static void Version(JsonObject version, string path, List<JsonObject> all, List<Cause> causes)
    {
        var name = version["name"].Text() ?? "";
        if (Names.Dns1035Label(name) is { Count: > 0 } problems)
            causes.Add(Cause.Invalid(path + ".name", GoSyntax.Quote(name), string.Join(",", problems)));
        if (version["deprecationWarning"].Text() is { } warning)
        {
            if (version["deprecated"].Flag() != true)
                causes.Add(Cause.Invalid(path + ".deprecationWarning", GoSyntax.Quote(warning), "can only be set for deprecated versions"));
            else if (warning.Length is 0 or > 256)
                causes.Add(Cause.Invalid(path + ".deprecationWarning", GoSyntax.Quote(warning), warning.Length == 0 ? "must not be an empty string" : "must be <= 256 characters long"));
        }

        if (!AreAlike(all, "schema"))
            SchemaChecks.Check(version["schema"]?["openAPIV3Schema"] as JsonObject, path + ".schema.openAPIV3Schema", HasStatus(version), causes);
        if (!AreAlike(all, "subresources"))
            Subresources(version["subresources"], path + ".subresources", causes);
        if (!AreAlike(all, "additionalPrinterColumns"))
            Columns(version["additionalPrinterColumns"], path + ".additionalPrinterColumns", causes);
    }

    private static bool HasStatus(JsonObject version) => version["subresources"]?["status"] is not null;

    private static bool AreAlike(List<JsonObject> versions, string member) => versions.TrueForAll(version => JsonTree.AreEqual(version[member], versions[0][member]));

    private static void Subresources(JsonNode? subresources, string path, List<Cause> causes)
    {
        if (subresources?["scale"] is not JsonObject scale)
            return;
        ScalePath(scale, "specReplicasPath", ".spec.", path, causes);
        ScalePath(scale, "statusReplicasPath", ".status.", path, causes);
        if (scale["labelSelectorPath"].Text() is not { Length: > 0 } selector)
            return;
        if (selector[0] != '.')
            causes.Add(Cause.Invalid(path + ".scale.labelSelectorPath", GoSyntax.Quote(selector), "must be a simple json path starting with ."));
        else if (!selector.StartsWith(".spec.", StringComparison.Ordinal) && !selector.StartsWith(".status.", StringComparison.Ordinal))
            causes.Add(Cause.Invalid(path + ".scale.labelSelectorPath", GoSyntax.Quote(selector), "should be a json path under either .spec or .status"));
    }

    private static void ScalePath(JsonObject scale, string member, string under, string path, List<Cause> causes)
    {
        var value = scale[member].Text() ?? "";
        if (value.Length == 0)
            causes.Add(Cause.Required($"{path}.scale.{member}"));
        else if (value[0] != '.')
            causes.Add(Cause.Invalid($"{path}.scale.{member}", GoSyntax.Quote(value), "must be a simple json path starting with ."));
        else if (!value.StartsWith(under, StringComparison.Ordinal))
            causes.Add(Cause.Invalid($"{path}.scale.{member}", GoSyntax.Quote(value), "should be a json path under " + under[..^1]));
    }

    private static void Columns(JsonNode? columns, string path, List<Cause> causes)
    {
        foreach (var (column, at) in columns.Objects().Select((column, at) => (column, at)))
        {
            var here = $"{path}[{at}]";
            var type = column["type"].Text() ?? "";
            if (column["name"].Text() is null or "")
                causes.Add(Cause.Required(here + ".name"));
            if (type.Length == 0)
                causes.Add(Cause.Required(here + ".type", "must be one of " + string.Join(",", _types)));
            else if (!_types.Contains(type))
                causes.Add(Cause.Invalid(here + ".type", GoSyntax.Quote(type), "must be one of " + string.Join(",", _types)));
            if (column["format"].Text() is { Length: > 0 } format && !_formats.Contains(format))
                causes.Add(Cause.Invalid(here + ".format", GoSyntax.Quote(format), "must be one of " + string.Join(",", _formats)));
            if (column["jsonPath"].Text() is not { Length: > 0 } jsonPath)
                causes.Add(Cause.Required(here + ".JSONPath"));
            else if (jsonPath[0] != '.')
                causes.Add(Cause.Invalid(here + ".JSONPath", GoSyntax.Quote(jsonPath), "must be a simple json path starting with ."));
        }
    }

    // Go's %#v; what differs from version to version are pointers, whose values nobody can foresee.
    private static string Show(JsonObject spec)
    {
        var versions = spec["versions"].Objects().ToList();
        string Pointer(JsonObject version, string member, string type) =>
            version[member] is null || AreAlike(versions, member) ? $"(*apiextensions.{type})(nil)" : $"(*apiextensions.{type})(0xc000000000)";
        return "[]apiextensions.CustomResourceDefinitionVersion{" + string.Join(", ", versions.Select(version =>
            $"apiextensions.CustomResourceDefinitionVersion{{Name:{GoSyntax.Quote(version["name"].Text() ?? "")}, Served:{Bool(version["served"])}, Storage:{Bool(version["storage"])}, Deprecated:{Bool(version["deprecated"])}, "
            + $"DeprecationWarning:(*string)(nil), Schema:{Pointer(version, "schema", "CustomResourceValidation")}, Subresources:{Pointer(version, "subresources", "CustomResourceSubresources")}, "
            + "AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil)}")) + "}";
    }

    private static string Bool(JsonNode? flag) => flag.Flag() == true ? "true" : "false";
}
