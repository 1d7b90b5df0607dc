using System.Globalization;

namespace WholeTale.Simulator.Protobuf;

/// <summary>The messages that are understood, read from the table once.</summary>
internal static class WireSchema
{
    private static readonly Lazy<Dictionary<string, Dictionary<int, WireField>>> _messages = new(Read);

    /// <summary>A message's fields by number; null for one that is not in the table.</summary>
    public static IReadOnlyDictionary<int, WireField>? Find(string message) => _messages.Value.GetValueOrDefault(message);

    private static Dictionary<string, Dictionary<int, WireField>> Read()
    {
        using var stream = typeof(WireSchema).Assembly.GetManifestResourceStream("WholeTale.Simulator.Protobuf.messages.txt")!;
        using var reader = new StreamReader(stream);
        var messages = new Dictionary<string, Dictionary<int, WireField>>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            messages[line[..colon]] = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Field).ToDictionary(field => field.Number, field => field.Field);
        }

        return messages;
    }

    private static (int Number, WireField Field) Field(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var colon = text.IndexOf(':', equals);
        var type = text[(colon + 1)..];
        var shape = type[0] switch { '*' => WireShape.List, '%' => WireShape.Map, _ => WireShape.One };
        var pointer = type[^1] == '?';
        return (
            int.Parse(text.AsSpan(equals + 1, colon - equals - 1), CultureInfo.InvariantCulture),
            new WireField(text[..equals], type.TrimStart('*', '%').TrimEnd('?'), shape, pointer));
    }
}
