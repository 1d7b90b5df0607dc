using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Stubble.Core.Exceptions;
using Stubble.Core.Parser;
using Stubble.Core.Tokens;

namespace WholeTale.Core.Manifests;

/// <summary>A template with its sections resolved and a mark in place of each value.</summary>
internal sealed partial class TemplateExpansion
{
    // Private-use characters: YAML takes them for letters, and no template has reason to hold them. The number between them is written in private-use digits, so that
    // a mark can neither begin nor end a number, an indicator or a word of YAML's own.
    private const char MarkBegin = '\uE000';
    private const char MarkEnd = '\uE001';
    private const char MarkZero = '\uE010';

    // The tokens of a template, which nothing changes: a session renders the same few again and again.
    private static readonly ParseCache<IReadOnlyList<MustacheToken>> Parsed = new();

    private readonly StringBuilder text = new();
    private readonly List<int> lines = [1];
    private readonly List<(string Name, int Line, object? Value)> marks = [];
    private readonly string template;
    private readonly string name;
    private bool atLineStart = true;

    private TemplateExpansion(string template, string name)
    {
        this.template = template;
        this.name = name;
    }

    /// <summary>The template's name for messages.</summary>
    public string Name => name;

    /// <summary>The YAML, with marks.</summary>
    public string Text => text.ToString();

    /// <summary>The template's line that a line of the YAML came from.</summary>
    public int LineOf(long yamlLine) => lines[(int)Math.Clamp(yamlLine - 1, 0, lines.Count - 1)];

    /// <summary>Resolves a template's sections.</summary>
    public static TemplateExpansion Expand(string template, string name, IReadOnlyDictionary<string, object?> variables)
    {
        var expansion = new TemplateExpansion(template, name);
        var foreign = template.AsSpan().IndexOfAnyInRange(MarkBegin, (char)(MarkZero + 9));
        if (foreign >= 0)
            throw expansion.Error(foreign, null, "holds a private-use character (U+E000 to U+E019).", "Take it out.");
        try
        {
            expansion.Write(Parsed.GetOrAdd(template, text => MustacheParser.Parse(text).Children), new TemplateScope(variables, null));
        }
        catch (StubbleException exception)
        {
            throw new ManifestException(
                name, 0, null, $"The template {name} is no valid mustache: {exception.Message.TrimEnd('.')}.", "Close every section that is opened, and every tag with '}}'.", exception);
        }
        return expansion;
    }

    /// <summary>Splits a scalar into text and marks; null where it holds no mark.</summary>
    /// <remarks>A template may write one of a mark's characters by an escape (<c>"\uE000"</c>): what is no whole mark of this expansion is text.</remarks>
    public IReadOnlyList<(string? Text, int Mark)>? Split(string scalar)
    {
        if (!scalar.Contains(MarkBegin))
            return null;
        var parts = new List<(string?, int)>();
        var position = 0;
        foreach (Match match in MarkForm().Matches(scalar))
        {
            var number = match.Groups["number"].Value.Aggregate(0L, (sum, digit) => (sum * 10) + (digit - MarkZero));
            if (number >= marks.Count)
                continue;
            if (match.Index > position)
                parts.Add((scalar[position..match.Index], -1));
            parts.Add((null, (int)number));
            position = match.Index + match.Length;
        }
        if (parts.Count == 0)
            return null;
        if (position < scalar.Length)
            parts.Add((scalar[position..], -1));
        return parts;
    }

    /// <summary>The variable behind a mark.</summary>
    public (string Name, int Line, object? Value) Mark(int number) => marks[number];

    private void Write(IEnumerable<MustacheToken> tokens, TemplateScope scope)
    {
        foreach (var token in tokens)
        {
            switch (token)
            {
                case LiteralToken literal:
                    foreach (var slice in literal.Content)
                        WriteLiteral(slice.Start, slice.End);
                    break;
                case InterpolationToken interpolation:
                    WriteMark(interpolation, scope);
                    break;
                case SectionToken section:
                    WriteSection(section, scope);
                    break;
                case InvertedSectionToken inverted:
                    if (!TemplateScope.IsYes(Find(inverted.SectionName, inverted.StartPosition, scope)))
                        Write(inverted.Children, scope);
                    break;
                case PartialToken partial:
                    throw Error(partial.TagStartPosition, partial.Content.ToString().Trim(), "includes another template, which templates here do not.", "Write the text in its place.");
                default:
                    // Comments and changes of the delimiters leave nothing behind.
                    break;
            }
        }
    }

    private void WriteSection(SectionToken section, TemplateScope scope)
    {
        var value = Find(section.SectionName, section.StartPosition, scope);
        if (!TemplateScope.IsYes(value))
            return;
        foreach (var item in TemplateScope.ItemsOf(value) ?? [value])
            Write(section.Children, new TemplateScope(item, scope));
    }

    private void WriteLiteral(int start, int end)
    {
        if (end < start)
            return;
        var line = LineAt(start);
        for (var i = start; i <= end; i++)
        {
            StartAt(line);
            text.Append(template[i]);
            if (template[i] != '\n')
                continue;
            line++;
            atLineStart = true;
            lines.Add(line);
        }
    }

    private void WriteMark(InterpolationToken token, TemplateScope scope)
    {
        var variable = token.Content.ToString().Trim();
        var value = Find(variable, token.TagStartPosition, scope);
        var line = LineAt(token.TagStartPosition);
        StartAt(line);
        text.Append(MarkBegin);
        foreach (var digit in marks.Count.ToString(CultureInfo.InvariantCulture))
            text.Append((char)(MarkZero + (digit - '0')));
        text.Append(MarkEnd);
        marks.Add((variable, line, value));
    }

    // A line of the YAML belongs to the template's line that gave its first character.
    private void StartAt(int line)
    {
        if (atLineStart)
            lines[^1] = line;
        atLineStart = false;
    }

    private object? Find(string variable, int position, TemplateScope scope) => scope.TryFind(variable, out var value)
        ? value
        : throw Error(
            position, variable, $"uses the variable '{variable}', which is not defined.",
            Spelling.Nearest(variable, scope.Names()) is { } nearest ? $"Did you mean '{nearest}'?" : "Correct its name.");

    private int LineAt(int position) => template.AsSpan(0, Math.Clamp(position, 0, template.Length)).Count('\n') + 1;

    private ManifestException Error(int position, string? variable, string message, string advice) =>
        new(name, LineAt(position), variable, $"The template {name}, line {LineAt(position)}, {message}", advice);

    [GeneratedRegex("\uE000(?<number>[\uE010-\uE019]{1,9})\uE001", RegexOptions.CultureInvariant)]
    private static partial Regex MarkForm();
}
