using System.Collections;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Manifests;

/// <summary>What names mean at a place in a template: the value of the innermost section, then those around it.</summary>
internal sealed class TemplateScope(object? value, TemplateScope? outer)
{
    private readonly object? value = value;
    private readonly TemplateScope? outer = outer;

    /// <summary>Looks a name up, which may be dotted; <c>.</c> is the innermost value itself.</summary>
    public bool TryFind(string name, out object? found)
    {
        if (name == ".")
        {
            found = value;
            return true;
        }

        // Mustache: the first part is sought outward through the sections; the rest must be inside what was found.
        var parts = name.Split('.');
        var scope = this;
        while (scope is not null && !TryMember(scope.value, parts[0], out _))
            scope = scope.outer;
        found = scope?.value;
        foreach (var part in parts)
        {
            if (!TryMember(found, part, out found))
                return false;
        }
        return true;
    }

    /// <summary>Every name that could have been meant, dotted.</summary>
    public IEnumerable<string> Names() =>
        NamesIn(value, "").Concat(outer?.Names() ?? []);

    private static bool TryMember(object? table, string name, out object? member)
    {
        member = null;
        switch (table)
        {
            case IReadOnlyDictionary<string, object?> dictionary:
                return dictionary.TryGetValue(name, out member);
            case JsonObject json when json.TryGetPropertyValue(name, out var node):
                member = node;
                return true;
            case IDictionary dictionary when dictionary.Contains(name):
                member = dictionary[name];
                return true;
            default:
                return false;
        }
    }

    private static IEnumerable<string> NamesIn(object? table, string prefix) => table is IReadOnlyDictionary<string, object?> dictionary
        ? dictionary.SelectMany(pair => NamesIn(pair.Value, $"{prefix}{pair.Key}.").Prepend(prefix + pair.Key))
        : [];

    /// <summary>Whether a value opens a section; null, false, zero, empty text and what is empty do not.</summary>
    public static bool IsYes(object? value) => value switch
    {
        null or false or "" or 0 or 0L or 0d or 0m => false,
        Secret secret => !secret.IsEmpty,
        string => true,
        JsonValue json => json.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.False or System.Text.Json.JsonValueKind.Null => false,
            System.Text.Json.JsonValueKind.String => json.GetValue<string>().Length > 0,
            System.Text.Json.JsonValueKind.Number => json.ToJsonString() != "0",
            _ => true,
        },
        IEnumerable items => items.GetEnumerator().MoveNext(),
        _ => true,
    };

    /// <summary>The items that a section is repeated for; null where the value is no list.</summary>
    public static IEnumerable<object?>? ItemsOf(object? value) => value is string or JsonValue or JsonObject or IDictionary or IReadOnlyDictionary<string, object?>
        ? null
        : (value as IEnumerable)?.Cast<object?>();
}
