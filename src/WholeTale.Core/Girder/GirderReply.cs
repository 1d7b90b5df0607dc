using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Core.Girder;

/// <summary>What came back for a request: from Girder itself, or from the API server that stands before it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The answer, where it is JSON.</param>
/// <param name="Text">The answer as it came.</param>
internal sealed record GirderReply(HttpStatusCode Status, JsonNode? Body, string Text)
{
    private const int Longest = 80;

    /// <summary>Whether it is the answer asked for: a success in JSON.</summary>
    public bool Succeeded => (int)Status is >= 200 and < 300 && IsJson;

    /// <summary>Whether the answer is JSON; Girder's null is, too.</summary>
    public bool IsJson { get; private init; }

    /// <summary>Whether the API server answered, since it could not or would not reach Girder.</summary>
    public bool IsApiServers => Body is JsonObject table && (string?)table["kind"] == "Status";

    /// <summary>Girder's kind of error: <c>rest</c>, <c>validation</c>, <c>access</c> or <c>internal</c>.</summary>
    public string Type => TextOf("type");

    /// <summary>The field that a validation error is about.</summary>
    public string Field => TextOf("field");

    /// <summary>What the answer says, in a line: Girder's message, or what came instead: a page's title, or the first line of a plain text.</summary>
    public string Message =>
        TextOf("message") is { Length: > 0 } message ? message
        : Text.AsSpan().TrimStart().StartsWith("<") ? Title() is { Length: > 0 } title ? $"an HTML page titled '{title}'" : "an HTML page"
        : Text.Length == 0 ? "nothing"
        : IsJson ? "no message"
        : Line() is { Length: > 0 } line ? $"'{line}'"
        : "something that is not JSON";

    /// <summary>Reads an answer.</summary>
    public static GirderReply From(HttpStatusCode status, string text)
    {
        try
        {
            return new GirderReply(status, JsonNode.Parse(text), text) { IsJson = true };
        }
        catch (JsonException)
        {
            return new GirderReply(status, null, text);
        }
    }

    private string TextOf(string member) => Body is JsonObject table && table[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    // What stands before Girder says in plain text why it does not let a request through.
    private string Line()
    {
        var line = Text.AsSpan().Trim();
        line = line[..(line.IndexOfAny('\r', '\n') is >= 0 and var end ? end : line.Length)];
        return line.IndexOfAnyInRange('\0', '\u001f') >= 0 ? "" : Excerpt.Of(line.ToString(), Longest);
    }

    private string Title()
    {
        var begin = Text.IndexOf("<title>", StringComparison.OrdinalIgnoreCase);
        var end = begin < 0 ? -1 : Text.IndexOf("</title>", begin, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? "" : Excerpt.Of(WebUtility.HtmlDecode(Text[(begin + "<title>".Length)..end]).Trim(), Longest);
    }
}
