using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Storage;

/// <summary>
/// Trees of JSON whose scalars are plain CLR values (string, long, double, bool), which compare and convert without detours,
/// and whose duplicate members are seen.
/// </summary>
internal static class JsonTree
{
    private const int _depth = 256;
    private const int _keptBuffer = 256 * 1024;

    private static readonly JsonReaderOptions _reading = new() { MaxDepth = _depth };
    private static readonly JsonWriterOptions _writing = new() { Encoder = StoredJson.Options.Encoder, SkipValidation = true, MaxDepth = 512 };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>Reads one JSON value.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="duplicates">Receives the path of each member that stands twice in its object; the last one counts.</param>
    /// <exception cref="JsonException">The text is not JSON, or too deep.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, ICollection<string>? duplicates = null)
    {
        var reader = new Utf8JsonReader(utf8, _reading);
        if (!reader.Read())
            throw new JsonException("unexpected end of JSON input");
        var value = ReadValue(ref reader, duplicates, "");
        if (reader.Read())
            throw new JsonException("trailing data");
        return value;
    }

    public static byte[] Write(JsonNode node) => Write(node, static (node, writer) => node.WriteTo(writer, StoredJson.Options));

    /// <summary>Writes what writes itself.</summary>
    public static byte[] Write<T>(T value, Action<T, Utf8JsonWriter> write)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer, _writing))
            write(value, writer);
        var text = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > _keptBuffer)
            _buffer = null;
        return text;
    }

    /// <summary>Whether two values are the same; the order of members means nothing, 1 and 1.0 are equal.</summary>
    public static bool AreEqual(JsonNode? left, JsonNode? right)
    {
        switch (left, right)
        {
            case (null, null):
                return true;
            case (null, _) or (_, null):
                return false;
            case (JsonObject a, JsonObject b):
                if (a.Count != b.Count)
                    return false;
                // By position: the enumerator would be an object of its own at every level.
                for (var at = 0; at < a.Count; at++)
                {
                    var (name, value) = a.GetAt(at);
                    if (!b.TryGetPropertyValue(name, out var other) || !AreEqual(value, other))
                        return false;
                }

                return true;
            case (JsonArray a, JsonArray b):
                if (a.Count != b.Count)
                    return false;
                for (var at = 0; at < a.Count; at++)
                {
                    if (!AreEqual(a[at], b[at]))
                        return false;
                }

                return true;
            case (JsonValue a, JsonValue b):
                return AreEqualValues(a, b);
            default:
                return false;
        }
    }

    private static bool AreEqualValues(JsonValue a, JsonValue b)
    {
        if (a.TryGetValue<string>(out var text))
            return b.TryGetValue<string>(out var other) && text == other;
        if (a.TryGetValue<bool>(out var flag))
            return b.TryGetValue<bool>(out var other) && flag == other;
        if (a.Number() is { } number && b.Number() is { } otherNumber)
            return number == otherNumber;
        return a.GetValueKind() == JsonValueKind.Number && b.GetValueKind() == JsonValueKind.Number
            && double.Parse(a.ToJsonString(), CultureInfo.InvariantCulture).Equals(double.Parse(b.ToJsonString(), CultureInfo.InvariantCulture));
    }

    private static JsonNode? ReadValue(ref Utf8JsonReader reader, ICollection<string>? duplicates, string path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    var value = ReadValue(ref reader, duplicates, duplicates is null ? "" : path.Length == 0 ? name : path + "." + name);
                    if (!members.TryAdd(name, value))
                    {
                        duplicates?.Add(path.Length == 0 ? name : path + "." + name);
                        members[name] = value;
                    }
                }

                return members;
            case JsonTokenType.StartArray:
                var items = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(ReadValue(ref reader, duplicates, duplicates is null ? "" : $"{path}[{items.Count}]"));
                return items;
            case JsonTokenType.String:
                return JsonValue.Create(reader.GetString()!);
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var number) ? JsonValue.Create(number) : JsonValue.Create(reader.GetDouble());
            case JsonTokenType.True:
                return JsonValue.Create(true);
            case JsonTokenType.False:
                return JsonValue.Create(false);
            default:
                return null;
        }
    }
}
