using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace WholeTale.Core.Manifests;

/// <summary>The events of a text, parsed once and read as often as it is rendered.</summary>
internal sealed class ParsedYaml : IParser
{
    private static readonly ParseCache<IReadOnlyList<ParsingEvent>> Parsed = new();

    private readonly IReadOnlyList<ParsingEvent> events;
    private int next;

    private ParsedYaml(IReadOnlyList<ParsingEvent> events) => this.events = events;

    /// <inheritdoc/>
    public ParsingEvent? Current { get; private set; }

    /// <summary>Gives a text's events. Those of a text that is wrong come as they are parsed, so that what is wrong first is told first.</summary>
    public static IParser Of(string text)
    {
        try
        {
            return new ParsedYaml(Parsed.GetOrAdd(text, Parse));
        }
        catch (Exception exception) when (exception is YamlException or InvalidOperationException)
        {
            return new Parser(new StringReader(text));
        }
    }

    /// <inheritdoc/>
    public bool MoveNext()
    {
        Current = next < events.Count ? events[next++] : null;
        return Current is not null;
    }

    private static List<ParsingEvent> Parse(string text)
    {
        var parser = new Parser(new StringReader(text));
        var events = new List<ParsingEvent>();
        while (parser.MoveNext())
            events.Add(parser.Current!);
        return events;
    }
}
