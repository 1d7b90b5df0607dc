using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.VisualBasic.FileIO;

namespace WholeTale.Core.Tales;

/// <summary>Reads lists of tales from JSON and CSV files: each record with the place that messages name.</summary>
public static class TaleList
{
    /// <summary>Reads a JSON file: one document, a list of documents, or a table with a list of them named <c>tales</c>.</summary>
    /// <exception cref="TaleException">It is not that.</exception>
    public static IReadOnlyList<(JsonObject Record, string Origin)> ReadJson(string path)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(Load(path), documentOptions: new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException exception)
        {
            throw Unreadable(path, exception.LineNumber + 1, "it is no valid JSON", "Correct this line.", exception);
        }
        return Records(root, path);
    }

    /// <summary>Reads a CSV file (RFC 4180): the first line names the columns as parameters of New-WTTalePod are; empty fields count as not given.</summary>
    /// <exception cref="TaleException">It is not that.</exception>
    public static IReadOnlyList<(JsonObject Record, string Origin)> ReadCsv(string path)
    {
        using var parser = new TextFieldParser(new StringReader(Load(path))) { TextFieldType = FieldType.Delimited, HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = false };
        parser.SetDelimiters(",");
        var records = new List<(JsonObject, string)>();
        string[]? header = null;
        while (!parser.EndOfData)
        {
            string[] fields;
            try
            {
                fields = parser.ReadFields() ?? [];
            }
            catch (MalformedLineException exception)
            {
                throw Unreadable(path, exception.LineNumber, "its quotes do not match", "Put a field with quotes, commas or line breaks in quotes, and double the quotes in it.", exception);
            }
            if (header is null)
            {
                header = [.. fields.Select(field => field.Trim())];
                continue;
            }
            var origin = OriginOf(path, records.Count + 1);
            if (fields.Length > header.Length)
                throw new TaleException("TaleListUnreadable", FailureKind.Malformed, origin, $"The tale in {origin} cannot be read: it has {fields.Length} fields, and there are {header.Length} columns.", "Put a field that holds a comma in quotes.");
            var record = new JsonObject();
            for (var at = 0; at < fields.Length; at++)
                record[header[at]] = fields[at];
            records.Add((record, origin));
        }
        return records;
    }

    /// <summary>Takes the records of what was read from a file: one document, a list, or a table with a list named <c>tales</c>.</summary>
    /// <exception cref="TaleException">It is none of these.</exception>
    public static IReadOnlyList<(JsonObject Record, string Origin)> Records(JsonNode? root, string path)
    {
        if (root is JsonObject table && table.FirstOrDefault(member => member.Key.Equals("tales", StringComparison.OrdinalIgnoreCase)) is { Value: JsonArray listed })
            root = listed;
        if (root is JsonObject single)
            return [(single, OriginOf(path, 1))];
        if (root is not JsonArray items)
            throw Unreadable(path, null, "it holds no tales", "Write a list of tales, or a table with a list named Tales.");
        return
        [
            .. items.Select((item, at) => item is JsonObject record
                ? (record, OriginOf(path, at + 1))
                : throw new TaleException("TaleListUnreadable", FailureKind.Malformed, path, $"The tale in {OriginOf(path, at + 1)} cannot be read: it is no table.", "Write a table of the tale's properties.")),
        ];
    }

    private static string OriginOf(string path, int number) => $"{path}, record {number}";

    private static string Load(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, null, exception.Message.TrimEnd('.'), "Name a file that this user may read.", exception);
        }
    }

    private static TaleException Unreadable(string path, long? line, string why, string advice, Exception? cause = null) => new(
        "TaleListUnreadable", FailureKind.Malformed, path, $"The list of tales {path}{(line is > 0 ? $", line {line}," : "")} cannot be read: {why}.", advice, cause);
}
