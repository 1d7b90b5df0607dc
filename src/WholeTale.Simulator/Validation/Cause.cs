using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;

namespace WholeTale.Simulator.Validation;

/// <summary>One reason why an object is invalid (field.Error).</summary>
/// <param name="Reason">E.g. <c>FieldValueInvalid</c>.</param>
/// <param name="Field">The field's path.</param>
/// <param name="Message">The message without the path.</param>
internal sealed record Cause(string Reason, string Field, string Message)
{
    public static Cause Required(string field, string detail = "") =>
        new("FieldValueRequired", field, detail.Length == 0 ? "Required value" : "Required value: " + detail);

    /// <param name="field">The field's path.</param>
    /// <param name="value">The value as Go's <c>%#v</c> shows it: strings quoted.</param>
    /// <param name="detail">What is wrong.</param>
    public static Cause Invalid(string field, string value, string detail) => new("FieldValueInvalid", field, $"Invalid value: {value}: {detail}");

    public static Cause NotSupported(string field, string value, params IEnumerable<string> supported) =>
        new("FieldValueNotSupported", field, $"Unsupported value: {value}: supported values: {string.Join(", ", supported.Select(Quoted))}");

    public static Cause Duplicate(string field, string value) => new("FieldValueDuplicate", field, "Duplicate value: " + value);

    public static Cause Forbidden(string field, string detail) => new("FieldValueForbidden", field, "Forbidden: " + detail);

    public static Cause NotFound(string field, string value) => new("FieldValueNotFound", field, "Not found: " + value);

    public static Cause TooLong(string field, int most) => new("FieldValueTooLong", field, $"Too long: must have at most {most} bytes");

    public static Cause TooMany(string field, int actual, int most) => new("FieldValueTooMany", field, $"Too many: {actual}: must have at most {most} items");

    public static string Quoted(string? text) => GoSyntax.Quote(text ?? "");

    /// <summary>The 422 that the causes make (errors.NewInvalid).</summary>
    public static ApiStatusException Invalid(string group, string kind, string name, IReadOnlyList<Cause> causes)
    {
        var details = new JsonObject();
        if (name.Length > 0)
            details["name"] = name;
        if (group.Length > 0)
            details["group"] = group;
        if (kind.Length > 0)
            details["kind"] = kind;
        details["causes"] = new JsonArray([.. causes.Select(cause => (JsonNode)new JsonObject
        {
            ["reason"] = cause.Reason,
            ["message"] = cause.Message,
            ["field"] = cause.Field,
        })]);
        // The message names what is the same only once (Aggregate); the causes keep it.
        var texts = causes.Select(cause => cause.Field + ": " + cause.Message).Distinct(StringComparer.Ordinal).ToList();
        var all = texts.Count == 1 ? texts[0] : "[" + string.Join(", ", texts) + "]";
        return new ApiStatusException(422, "Invalid", $"{(group.Length == 0 ? kind : kind + "." + group)} \"{name}\" is invalid: {all}", details);
    }
}
