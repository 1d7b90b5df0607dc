using System.Text.Encodings.Web;
using System.Text.Json;

namespace WholeTale.Simulator.Storage;

/// <summary>How objects are written: compact, and escaping no more than JSON demands, as Go's encoder without HTML escapes.</summary>
internal static class StoredJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 512,
    };
}
