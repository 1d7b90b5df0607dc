using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Schema;

/// <summary>
/// Brings a tree into the form that Go's structs give it: unknown fields dropped (and named), unset fields left out, fields
/// without <c>omitempty</c> written, types checked with the words of Go's decoder.
/// </summary>
internal sealed class Decoder
{
    private readonly List<string> _unknown = [];

    /// <summary>The paths of fields that the schema does not know, the deepest first.</summary>
    public IReadOnlyList<string> UnknownFields => _unknown;

    /// <param name="value">The tree.</param>
    /// <param name="schema">Its type.</param>
    /// <param name="changed">The members that were changed since it was last decoded; null for all.</param>
    /// <exception cref="DecodeException">A value has the wrong type.</exception>
    public void Decode(JsonObject value, TypeSchema schema, IReadOnlyList<string>? changed = null) => Struct(value, schema, "", "", changed);

    private void Struct(JsonObject value, TypeSchema schema, string path, string goPath, IReadOnlyList<string>? changed = null)
    {
        var fields = schema.Fields;
        List<string>? drop = null;
        List<string>? unknown = null;
        List<(string, JsonValue)>? replace = null;
        foreach (var (name, member) in value)
        {
            if (changed?.Contains(name) == false)
                continue;
            if (!fields.TryGet(name, out var field))
            {
                if (schema.PreservesUnknown)
                    continue;
                (unknown ??= []).Add(name);
                continue;
            }

            if (member is null && field.Type.Shape != Shape.Any)
            {
                if (!field.Always || Zero(field) is not null)
                    (drop ??= []).Add(name);
                continue;
            }

            var childPath = path.Length == 0 ? name : path + "." + name;
            var childGo = goPath.Length == 0 ? name : goPath + "." + name;
            if (Value(member, field.Type, schema.GoName, childPath, childGo) is { } replacement)
                (replace ??= []).Add((name, replacement));
            else if (!field.Pointer && !field.Always && IsOmitted(member, field.Type))
                (drop ??= []).Add(name);
        }

        foreach (var name in drop ?? [])
            value.Remove(name);
        foreach (var name in unknown ?? [])
        {
            _unknown.Add(path.Length == 0 ? name : path + "." + name);
            value.Remove(name);
        }

        foreach (var (name, replacement) in replace ?? [])
            value[name] = replacement;
        foreach (var field in fields.Always)
        {
            if (!value.ContainsKey(field.Name))
                value[field.Name] = Zero(field);
        }
    }

    private static JsonNode? Zero(FieldSchema field) => field.Pointer ? null : Zero(field.Type);

    /// <summary>What Go writes for an unset field without <c>omitempty</c>.</summary>
    public static JsonNode? Zero(TypeSchema type)
    {
        switch (type.Shape)
        {
            case Shape.Struct:
                var value = new JsonObject();
                foreach (var field in type.Fields.Always)
                    value[field.Name] = Zero(field);
                return value;
            case Shape.Scalar:
                return type.Scalar switch
                {
                    ScalarType.Text => "",
                    ScalarType.Boolean => false,
                    ScalarType.Quantity => "0",
                    ScalarType.Time or ScalarType.MicroTime or ScalarType.Bytes => null,
                    _ => 0L,
                };
            default:
                return null;
        }
    }

    private static bool IsOmitted(JsonNode? value, TypeSchema type) => value switch
    {
        JsonArray { Count: 0 } or null => true,
        JsonObject { Count: 0 } => type.Shape == Shape.Map,
        JsonValue scalar when type is { Shape: Shape.Scalar, Scalar: not (ScalarType.Quantity or ScalarType.IntOrString) } =>
            scalar.Text() is "" || scalar.Number() is 0 || scalar.Flag() is false,
        _ => false,
    };

    // Returns a replacement where the value has to be written differently.
    private JsonValue? Value(JsonNode? value, TypeSchema type, string owner, string path, string goPath)
    {
        switch (type.Shape)
        {
            case Shape.Struct:
                if (value is not JsonObject members)
                    throw Mismatch(value, owner, goPath, "v1." + type.GoName);
                Struct(members, type, path, goPath);
                return null;
            case Shape.Map:
                if (value is not JsonObject map)
                    throw Mismatch(value, owner, goPath, "map[string]" + GoTypeName(type.Element!));
                Map(map, type, owner, path, goPath);
                return null;
            case Shape.List:
                if (value is not JsonArray list)
                    throw Mismatch(value, owner, goPath, "[]" + GoTypeName(type.Element!));
                for (var at = 0; at < list.Count; at++)
                {
                    if (list[at] is not { } item)
                    {
                        list[at] = Zero(type.Element!);
                        continue;
                    }

                    if (Value(item, type.Element!, owner, $"{path}[{at}]", goPath) is { } replacement)
                        list[at] = replacement;
                }

                return null;
            case Shape.Scalar:
                return Scalar(value, type.Scalar, owner, goPath);
            default:
                return null;
        }
    }

    private void Map(JsonObject map, TypeSchema type, string owner, string path, string goPath)
    {
        List<(string, JsonNode?)>? replace = null;
        foreach (var (name, member) in map)
        {
            if (member is null)
                (replace ??= []).Add((name, Zero(type.Element!)));
            else if (Value(member, type.Element!, owner, path + "." + name, goPath) is { } replacement)
                (replace ??= []).Add((name, replacement));
        }

        foreach (var (name, replacement) in replace ?? [])
            map[name] = replacement;
    }

    private static JsonValue? Scalar(JsonNode? value, ScalarType type, string owner, string goPath)
    {
        switch (type)
        {
            case ScalarType.Text:
                return value.Text() is null ? throw Mismatch(value, owner, goPath, "string") : null;
            case ScalarType.Boolean:
                return value.Flag() is null ? throw Mismatch(value, owner, goPath, "bool") : null;
            case ScalarType.Integer32:
                return value.Number() is >= int.MinValue and <= int.MaxValue ? null : throw Mismatch(value, owner, goPath, "int32");
            case ScalarType.Integer64:
                return value.Number() is not null ? null : throw Mismatch(value, owner, goPath, "int64");
            case ScalarType.Float:
                return value?.GetValueKind() == JsonValueKind.Number ? null : throw Mismatch(value, owner, goPath, "float64");
            case ScalarType.IntOrString:
                return value.Text() is not null || value.Number() is not null
                    ? null
                    : throw new DecodeException("json: cannot unmarshal " + KindOf(value) + " into Go value of type int32");
            case ScalarType.Quantity:
                var text = value.Text() ?? (value?.GetValueKind() == JsonValueKind.Number ? value.ToJsonString() : null);
                if (text is null || !Quantity.TryParse(text, out var quantity))
                    throw new DecodeException(Quantity.ParseError);
                var canonical = quantity.ToString();
                return canonical == value.Text() ? null : JsonValue.Create(canonical);
            case ScalarType.Time:
            case ScalarType.MicroTime:
                return Time(value, type);
            case ScalarType.Bytes:
                return Bytes(value, owner, goPath);
            default:
                return null;
        }
    }

    private static JsonValue? Time(JsonNode? value, ScalarType type)
    {
        if (value.Text() is not { } text)
            throw new DecodeException("json: cannot unmarshal " + KindOf(value) + " into Go value of type string");
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || text.Length < 20)
            throw new DecodeException($"parsing time {Quoted(text)} as \"2006-01-02T15:04:05Z07:00\": cannot parse {Quoted(text)} as \"2006\"");
        var written = time.UtcDateTime.ToString(
            type == ScalarType.Time ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'",
            CultureInfo.InvariantCulture);
        return written == text ? null : JsonValue.Create(written);
    }

    private static JsonValue? Bytes(JsonNode? value, string owner, string goPath)
    {
        if (value.Text() is not { } text)
            throw Mismatch(value, owner, goPath, "[]uint8");
        var compact = text.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
        for (var at = 0; at < compact.Length; at++)
        {
            if (!char.IsAsciiLetterOrDigit(compact[at]) && compact[at] is not ('+' or '/' or '='))
                throw new DecodeException($"illegal base64 data at input byte {at}");
        }

        if (compact.Length % 4 != 0)
            throw new DecodeException($"illegal base64 data at input byte {compact.Length / 4 * 4}");
        return compact == text ? null : JsonValue.Create(compact);
    }

    private static string GoTypeName(TypeSchema type) => type.Shape switch
    {
        Shape.Struct => "v1." + type.GoName,
        Shape.Map => "map[string]" + GoTypeName(type.Element!),
        Shape.List => "[]" + GoTypeName(type.Element!),
        Shape.Scalar => type.Scalar switch
        {
            ScalarType.Integer32 => "int32",
            ScalarType.Integer64 => "int64",
            ScalarType.Boolean => "bool",
            ScalarType.Bytes => "[]uint8",
            ScalarType.Quantity => "resource.Quantity",
            _ => "string",
        },
        _ => "interface {}",
    };

    private static string KindOf(JsonNode? value) => value switch
    {
        JsonObject => "object",
        JsonArray => "array",
        JsonValue scalar when scalar.Text() is not null => "string",
        JsonValue scalar when scalar.Flag() is not null => "bool",
        JsonValue scalar when scalar.Number() is null => "number " + scalar.ToJsonString(),
        JsonValue => "number",
        _ => "null",
    };

    private static string Quoted(string text) => "\"" + text.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private static DecodeException Mismatch(JsonNode? value, string owner, string goPath, string wanted)
    {
        var found = KindOf(value);
        // Go names the number itself when it does not fit the integer.
        if (found == "number" && wanted is "int32" or "int64")
            found = "number " + value!.ToJsonString();
        return new DecodeException($"json: cannot unmarshal {found} into Go struct field {owner}.{goPath} of type {wanted}", Conversion(value, wanted));
    }

    // runtime.DefaultUnstructuredConverter, fromUnstructured.
    private static string Conversion(JsonNode? value, string wanted)
    {
        var kind = value switch
        {
            JsonObject => "map",
            JsonArray => "slice",
            JsonValue scalar when scalar.Text() is not null => "string",
            JsonValue scalar when scalar.Flag() is not null => "bool",
            JsonValue scalar when scalar.Number() is not null => "int64",
            _ => "float64",
        };
        return wanted switch
        {
            _ when wanted.StartsWith("map[", StringComparison.Ordinal) => "cannot restore map from " + kind,
            _ when wanted.StartsWith("[]", StringComparison.Ordinal) => "cannot restore slice from " + kind,
            "string" => kind == "int64" ? "cannot convert int64 to string" : "unrecognized type: string",
            "int32" or "int64" => kind == "float64" ? "cannot convert float64 to " + wanted : "unrecognized type: " + wanted,
            "bool" or "float64" => "unrecognized type: " + wanted,
            _ => "cannot restore struct from: " + kind,
        };
    }
}
