namespace WholeTale.Simulator.Schema;

/// <summary>The type of a value: what decoding, defaulting, ownership and the published OpenAPI know about it.</summary>
internal sealed class TypeSchema
{
    public required Shape Shape { get; init; }

    /// <summary>The type's name in Go, e.g. <c>Container</c>; empty for what has none.</summary>
    public string GoName { get; init; } = "";

    public ScalarType Scalar { get; init; }

    /// <summary>Whether the value is owned as a whole.</summary>
    public bool Atomic { get; init; }

    public ListKind ListKind { get; init; }

    /// <summary>The keys of a list map's items.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Whether a strategic merge patch merges the list (by the first key, or as a set).</summary>
    public bool PatchMerges { get; init; }

    /// <summary>The type of the items of a list or the values of a map.</summary>
    public TypeSchema? Element { get; init; }

    /// <summary>The fields of a struct, built when first asked for.</summary>
    public Lazy<FieldTable>? FieldSource { get; init; }

    /// <summary>The CLR model that the struct was read from; null for custom resources.</summary>
    public Type? Model { get; init; }

    /// <summary>Whether fields that the schema does not know are kept (custom resources that say so).</summary>
    public bool PreservesUnknown { get; init; }

    /// <summary>Defaults that key fields of a custom resource declare.</summary>
    public IReadOnlyDictionary<string, System.Text.Json.Nodes.JsonNode>? KeyDefaults { get; init; }

    /// <summary>Whether the value is a whole object of its own, with apiVersion and kind.</summary>
    public bool Embedded { get; init; }

    public FieldTable Fields => FieldSource!.Value;

    /// <summary>A value without schema, owned as a whole.</summary>
    public static TypeSchema Any { get; } = new() { Shape = Shape.Any, Atomic = true };

    /// <summary>A value without schema whose objects are owned by member: what custom resources preserve unseen.</summary>
    public static TypeSchema Deduced { get; } = new() { Shape = Shape.Any };

    public static TypeSchema Text { get; } = Of(ScalarType.Text);

    public static TypeSchema Of(ScalarType scalar) => new() { Shape = Shape.Scalar, Scalar = scalar };
}
