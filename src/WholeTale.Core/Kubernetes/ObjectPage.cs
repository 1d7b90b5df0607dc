using System.Text.Json;

namespace WholeTale.Core.Kubernetes;

/// <summary>One page of a list, of each object what a reader takes from it.</summary>
/// <param name="Items">What was taken, in the server's order.</param>
/// <param name="Continue">Asks for the next page; null on the last one.</param>
/// <param name="ResourceVersion">Where a watch may begin.</param>
internal sealed record ObjectPage<T>(IReadOnlyList<T> Items, string? Continue, string ResourceVersion)
{
    /// <summary>Reads a page. An element that the reader is given is valid until it returns.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static ObjectPage<T> Parse(ReadOnlyMemory<byte> utf8, Func<JsonElement, T> read)
    {
        using var document = JsonDocument.Parse(utf8);
        var page = document.RootElement;
        var items = new List<T>();
        if (Member(page, "items") is { ValueKind: JsonValueKind.Array } listed)
        {
            items.EnsureCapacity(listed.GetArrayLength());
            foreach (var item in listed.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.Object)
                    items.Add(read(item));
            }
        }

        var metadata = Member(page, "metadata");
        return new ObjectPage<T>(items, Text(metadata, "continue") is { Length: > 0 } token ? token : null, Text(metadata, "resourceVersion") ?? "");
    }

    private static JsonElement Member(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement item, string name) => Member(item, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
