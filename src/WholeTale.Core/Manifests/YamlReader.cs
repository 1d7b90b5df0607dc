using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace WholeTale.Core.Manifests;

/// <summary>Parses an expanded template to objects and puts the values in the places of their marks.</summary>
internal sealed class YamlReader(TemplateExpansion expansion)
{
    private readonly Dictionary<AnchorName, JsonNode?> anchors = [];

    /// <summary>Reads every document that holds an object; empty ones are passed over.</summary>
    public IReadOnlyList<Manifest> ReadDocuments()
    {
        var manifests = new List<Manifest>();
        var parser = ParsedYaml.Of(expansion.Text);
        try
        {
            parser.Consume<StreamStart>();
            while (parser.TryConsume<DocumentStart>(out _))
            {
                anchors.Clear();
                var first = parser.Current!;
                switch (ReadNode(parser))
                {
                    case JsonObject document:
                        manifests.Add(new Manifest(document, expansion.Name, expansion.LineOf(first.Start.Line)));
                        break;
                    case null:
                        break;
                    default:
                        throw Error(first.Start, null, "has a document that is no object.", "Begin it with apiVersion, kind and metadata.");
                }
                parser.Consume<DocumentEnd>();
            }
        }
        catch (YamlException exception)
        {
            throw Error(exception.Start, null, $"is no valid YAML: {Reason(exception)}.", "Correct it there.", exception);
        }
        catch (InvalidOperationException exception)
        {
            // YamlDotNet 18: the scanner falls over some unfinished lists and tables instead of refusing them.
            throw Error(parser.Current?.Start ?? Mark.Empty, null, "is no valid YAML: it breaks off here.", "Close what is open.", exception);
        }
        return manifests;
    }

    private JsonNode? ReadNode(IParser parser)
    {
        switch (parser.Current)
        {
            case Scalar scalar:
                parser.MoveNext();
                return Remember(scalar, ReadScalar(scalar));
            case SequenceStart start:
                parser.MoveNext();
                RefuseTag(start);
                var list = new JsonArray();
                while (!parser.TryConsume<SequenceEnd>(out _))
                    list.Add(ReadNode(parser));
                return Remember(start, list);
            case MappingStart start:
                parser.MoveNext();
                RefuseTag(start);
                return Remember(start, ReadTable(parser));
            case AnchorAlias alias:
                parser.MoveNext();
                return anchors.TryGetValue(alias.Value, out var node)
                    ? node?.DeepClone()
                    : throw Error(alias.Start, null, $"refers to the anchor '{alias.Value}', which is not defined before.", "Define it, or write the value out.");
            default:
                throw Error(parser.Current?.Start ?? Mark.Empty, null, "ends too early.", "Complete it.");
        }
    }

    private JsonObject ReadTable(IParser parser)
    {
        var table = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is not Scalar key)
                throw Error(parser.Current!.Start, null, "has a key that is no text.", "Give each key as text.");
            parser.MoveNext();
            var name = ReadKey(key);
            var value = ReadNode(parser);
            if (!table.TryAdd(name, value))
                throw Error(key.Start, name, $"has the key '{name}' twice.", "Remove one of them.");
        }
        return table;
    }

    private string ReadKey(Scalar key)
    {
        if (expansion.Split(key.Value) is { } parts)
            return Join(parts);
        if (key.Style == ScalarStyle.Plain && !PlainScalar.IsText(key.Value))
            throw Error(key.Start, key.Value, $"has the key {key.Value} without quotes, which is no text in every version of YAML.", $"Write '{key.Value}' in quotes.");
        return key.Value;
    }

    private JsonNode? ReadScalar(Scalar scalar)
    {
        var isPlain = scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty;
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific && scalar.Tag.Value != "tag:yaml.org,2002:str")
            throw Error(scalar.Start, null, $"uses the tag {scalar.Tag.Value}.", "Leave the tag out.");
        if (expansion.Split(scalar.Value) is { } parts)
            return isPlain && parts is [(null, var number)] ? ToNode(expansion.Mark(number)) : JsonValue.Create(Join(parts));
        if (!isPlain)
            return JsonValue.Create(scalar.Value);
        return PlainScalar.TryRead(scalar.Value, out var value)
            ? value
            : throw Error(
                scalar.Start, null, $"has {scalar.Value} without quotes, which YAML 1.1 (read by API servers) and YAML 1.2 take for different things.",
                $"Write \"{scalar.Value}\" if it is text, or a plain number, true or false.");
    }

    private string Join(IReadOnlyList<(string? Text, int Mark)> parts) => string.Concat(parts.Select(part => part.Text ?? ToText(expansion.Mark(part.Mark))));

    private string ToText((string Name, int Line, object? Value) mark) => ToNode(mark) switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value => value.ToJsonString(),
        null => throw Refuse(mark, "has no value, and stands where text is needed"),
        _ => throw Refuse(mark, "is a list or a table, and stands where text is needed"),
    };

    private JsonNode? ToNode((string Name, int Line, object? Value) mark) => ToNode(mark.Value, mark);

    private JsonNode? ToNode(object? value, (string Name, int Line, object? Value) mark) => value switch
    {
        null => null,
        string text => JsonValue.Create(Checked(text, mark)),
        Secret secret => JsonValue.Create(Checked(secret.Reveal(), mark)),
        bool truth => JsonValue.Create(truth),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        decimal number => JsonValue.Create(number),
        double number when double.IsFinite(number) => JsonValue.Create(number),
        JsonNode node => node.DeepClone(),
        IReadOnlyDictionary<string, object?> table => new JsonObject(table.Select(pair => KeyValuePair.Create(Checked(pair.Key, mark), ToNode(pair.Value, mark)))),
        IReadOnlyDictionary<string, string> table => new JsonObject(table.Select(pair => KeyValuePair.Create(Checked(pair.Key, mark), ToNode(pair.Value, mark)))),
        System.Collections.IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(item => ToNode(item, mark))]),
        _ => throw Refuse(mark, string.Create(CultureInfo.InvariantCulture, $"is a {value.GetType().Name}, which no template can hold")),
    };

    // What JSON and UTF-8 cannot carry is refused here, where the variable is known.
    private string Checked(string text, (string Name, int Line, object? Value) mark) =>
        UnsendableText.Find(text) is var (place, what) ? throw Refuse(mark, string.Create(CultureInfo.InvariantCulture, $"holds at character {place} {what}")) : text;

    private JsonNode? Remember(NodeEvent node, JsonNode? value)
    {
        if (!node.Anchor.IsEmpty)
            anchors[node.Anchor] = value;
        return value;
    }

    private void RefuseTag(NodeEvent node)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
            throw Error(node.Start, null, $"uses the tag {node.Tag.Value}.", "Leave the tag out.");
    }

    // YamlDotNet puts the place in rendered text before the reason; the template's own line is told instead.
    private static string Reason(YamlException exception) => (exception.InnerException?.Message ?? exception.Message).TrimEnd('.');

    private ManifestException Refuse((string Name, int Line, object? Value) mark, string why) =>
        new(expansion.Name, mark.Line, mark.Name, $"The template {expansion.Name}, line {mark.Line}, cannot be rendered: the variable '{mark.Name}' {why}.", "Give it another value.");

    private ManifestException Error(Mark place, string? field, string message, string advice, Exception? innerException = null)
    {
        var line = expansion.LineOf(place.Line);
        return new(expansion.Name, line, field, $"The template {expansion.Name}, line {line}, {message}", advice, innerException);
    }
}
