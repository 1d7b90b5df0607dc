using System.Diagnostics.CodeAnalysis;

namespace WholeTale.Simulator.Schema;

/// <summary>The fields of a struct, in the order in which they are declared.</summary>
internal sealed class FieldTable
{
    private readonly Dictionary<string, FieldSchema> _byName;

    public FieldTable(IReadOnlyList<FieldSchema> fields)
    {
        All = fields;
        _byName = fields.ToDictionary(field => field.Name, StringComparer.Ordinal);
        Always = [.. fields.Where(field => field.Always)];
    }

    public IReadOnlyList<FieldSchema> All { get; }

    /// <summary>Those that Go writes even when nobody has set them.</summary>
    public IReadOnlyList<FieldSchema> Always { get; }

    public bool TryGet(string name, [NotNullWhen(true)] out FieldSchema? field) => _byName.TryGetValue(name, out field);
}
