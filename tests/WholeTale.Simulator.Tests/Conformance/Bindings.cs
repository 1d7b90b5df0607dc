using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace WholeTale.Simulator.Tests.Conformance;

/// <summary>The placeholders of a recording and the values they stand for in this replay.</summary>
internal sealed partial class Bindings
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string? this[string placeholder] => _values.GetValueOrDefault(placeholder);

    public void Bind(string placeholder, string value) => _values[placeholder] = value;

    public Bindings Copy()
    {
        var copy = new Bindings();
        foreach (var (placeholder, value) in _values)
            copy._values[placeholder] = value;
        return copy;
    }

    /// <summary>Replaces placeholders in what is sent; those not bound become values that no object has.</summary>
    public string Fill(string text) => Placeholder().Replace(text, match => _values.GetValueOrDefault(match.Value) ?? Name(match.Value) switch
    {
        "uid" => "00000000-0000-0000-0000-000000000000",
        "rv" => "1",
        "time" => DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        _ => match.Value,
    });

    /// <summary>Whether a text is what was recorded; binds what it meets for the first time.</summary>
    public bool Matches(string recorded, string seen)
    {
        if (!recorded.Contains('<', StringComparison.Ordinal))
            return recorded == seen;
        var pattern = new StringBuilder("^");
        var fresh = new List<string>();
        var at = 0;
        foreach (Match match in Placeholder().Matches(recorded))
        {
            pattern.Append(Regex.Escape(recorded[at..match.Index]));
            at = match.Index + match.Length;
            if (_values.TryGetValue(match.Value, out var bound))
                pattern.Append(Regex.Escape(bound));
            else if (Name(match.Value) is "any" or "address")
                pattern.Append("[\\s\\S]*?");
            else if (match.Value == "<time>")
                pattern.Append(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z");
            else if (fresh.IndexOf(match.Value) is >= 0 and var known)
                pattern.Append(CultureInfo.InvariantCulture, $"\\k<b{known}>");
            else
            {
                pattern.Append(CultureInfo.InvariantCulture, $"(?<b{fresh.Count}>{Form(match.Value)})");
                fresh.Add(match.Value);
            }
        }

        pattern.Append(Regex.Escape(recorded[at..])).Append("\\z");
        var result = Regex.Match(seen, pattern.ToString());
        if (!result.Success)
            return false;
        for (var index = 0; index < fresh.Count; index++)
            _values[fresh[index]] = result.Groups[$"b{index}"].Value;
        return true;
    }

    private static string Form(string placeholder) => Name(placeholder) switch
    {
        "uid" => "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "rv" or "nodeport" => "\\d+",
        "ip" => "[0-9a-f.:]+",
        _ => ".+?",
    };

    private static string Name(string placeholder) => placeholder.Trim('<', '>').Split('-')[0];

    [GeneratedRegex("<(uid|rv|ip|nodeport|continue|token|suffix)-[0-9]+>|<(group|ns|address|time|any)>")]
    private static partial Regex Placeholder();
}
