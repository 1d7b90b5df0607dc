using System.Collections;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>Puts the values of <c>-ForEach</c> into a title: <c>&lt;name&gt;</c>, <c>&lt;_&gt;</c>, <c>&lt;name.property&gt;</c>.</summary>
internal static partial class SpecTitle
{
    internal static string Expand(string title, object? data, IEnumerable<object?> outer) =>
        Placeholder().Replace(title, match => Find(match.Groups[1].Value, [data, .. outer]) ?? match.Value);

    private static string? Find(string name, IEnumerable<object?> sources)
    {
        var words = name.Split('.');
        foreach (var source in sources.Where(source => source is not null))
        {
            if (words[0] == "_")
                return Text(Follow(source, words.Skip(1)));
            if (Unwrap(source) is IDictionary table && table.Contains(words[0]))
                return Text(Follow(table[words[0]], words.Skip(1)));
        }

        return null;
    }

    private static object? Follow(object? value, IEnumerable<string> properties) => properties.Aggregate(
        value, (current, property) => Unwrap(current) is IDictionary table ? table[property] : current is null ? null : PSObject.AsPSObject(current).Properties[property]?.Value);

    private static string Text(object? value) => value is null ? "$null" : LanguagePrimitives.ConvertTo<string>(value);

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    [GeneratedRegex("<([A-Za-z_][A-Za-z0-9_.]*)>")]
    private static partial Regex Placeholder();
}
