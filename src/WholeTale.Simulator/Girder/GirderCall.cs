using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary>One request, with what its handler needs.</summary>
/// <param name="Database">What Girder keeps.</param>
/// <param name="Process">The process that answers.</param>
/// <param name="Request">The request itself.</param>
/// <param name="Parameters">Parameters of query and form together, as Girder takes them.</param>
/// <param name="Wildcards">Values of the path's variable parts.</param>
/// <param name="User">Whose token came with it; null for anonymous ones.</param>
internal sealed record GirderCall(
    GirderDatabase Database, GirderProcess Process, HttpRequest Request, IReadOnlyDictionary<string, string> Parameters, IReadOnlyDictionary<string, string> Wildcards,
    JsonObject? User)
{
    public DateTimeOffset Now => Process.Time.GetUtcNow();

    public string UserId => (string)User!["_id"]!;

    public bool IsAdmin => (bool?)User?["admin"] ?? false;

    public string Required(string name) => Parameters.TryGetValue(name, out var value) && value.Length > 0 ? value : throw GirderFault.Missing(name);

    public string? Optional(string name) => Parameters.GetValueOrDefault(name);

    public bool Flag(string name, bool otherwise) => Parameters.TryGetValue(name, out var value)
        ? value.Trim().ToLowerInvariant() is "true" or "1" or "on"
        : otherwise;

    /// <summary>A parameter that is JSON in a string.</summary>
    public JsonNode? Json(string name)
    {
        if (!Parameters.TryGetValue(name, out var text))
            return null;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            throw GirderFault.Rest($"Parameter {name} must be valid JSON.");
        }
    }

    /// <summary>The document that <c>:id</c> means.</summary>
    public JsonObject Document(IEnumerable<JsonObject> documents, string model)
    {
        var id = Wildcards["id"];
        if (id.Length != 24 || !id.All(char.IsAsciiHexDigit))
            throw GirderFault.Validation($"Invalid ObjectId: {id}", "id");
        return GirderDatabase.Find(documents, id) ?? throw GirderFault.Rest($"Invalid {model} id ({id}).");
    }

    /// <summary>Cuts a list as limit (50 by default, 0 for all) and offset say.</summary>
    public JsonArray Page(IEnumerable<JsonObject> documents)
    {
        var limit = Number("limit", 50);
        var rest = documents.Skip(Number("offset", 0));
        return [.. (limit == 0 ? rest : rest.Take(limit)).Select(document => document.DeepClone())];
    }

    private int Number(string name, int otherwise)
    {
        if (!Parameters.TryGetValue(name, out var text))
            return otherwise;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw GirderFault.Rest($"Invalid value for integer parameter {name}: {text}.");
    }
}
