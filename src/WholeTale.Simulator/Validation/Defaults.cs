using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation;

/// <summary>The defaults of Kubernetes 1.26 (pkg/apis/*/v1/defaults.go), by the Go type they belong to.</summary>
internal static partial class Defaults
{
    /// <summary>Defaults an object: an outer struct before what it holds.</summary>
    /// <param name="content">The object.</param>
    /// <param name="schema">Its type.</param>
    /// <param name="changed">The members that were changed since it was last defaulted; null for all.</param>
    public static void Apply(JsonObject content, TypeSchema schema, IReadOnlyList<string>? changed = null)
    {
        if (schema.Shape == Shape.Struct && schema.Model is not null)
            Struct(content, schema, changed);
    }

    private static void Struct(JsonObject value, TypeSchema schema, IReadOnlyList<string>? changed = null)
    {
        if (_byType.TryGetValue(schema.GoName, out var set))
            set(value);
        foreach (var (name, member) in value)
        {
            if (member is JsonObject or JsonArray && name is not "metadata" && changed?.Contains(name) != false && schema.Fields.TryGet(name, out var field))
                Value(member, field.Type);
        }
    }

    private static void Value(JsonNode value, TypeSchema type)
    {
        if (value is JsonObject members && type.Shape == Shape.Struct)
        {
            Struct(members, type);
        }
        else if (value is JsonArray items && type.Element is { Shape: Shape.Struct } element)
        {
            foreach (var item in items.OfType<JsonObject>())
                Struct(item, element);
        }
    }

    private static void Put(this JsonObject value, string name, JsonNode fallback)
    {
        if (value[name] is null || value[name].Text() is "")
            value[name] = fallback;
    }

    private static JsonObject In(this JsonObject value, string name)
    {
        if (value[name] is not JsonObject members)
            value[name] = members = [];
        return members;
    }
}
