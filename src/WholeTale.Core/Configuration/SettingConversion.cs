using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;

namespace WholeTale.Core.Configuration;

/// <summary>Turns what was given into a setting's type, and checks it.</summary>
internal static partial class SettingConversion
{
    /// <summary>Converts a value.</summary>
    /// <param name="definition">The setting.</param>
    /// <param name="value">What was given: from a file a string, number, Boolean, null, list or table; from elsewhere also the setting's own type.</param>
    /// <param name="isText">Whether it comes from the environment, where everything is text.</param>
    /// <param name="converted">The value as it is kept.</param>
    /// <returns>What is allowed, where the value is not; else null.</returns>
    public static string? Convert(SettingDefinition definition, object? value, bool isText, out object? converted)
    {
        converted = null;
        var typed = definition.Type == typeof(string) ? value as string
            : definition.Type == typeof(bool) ? ToTruth(value, isText)
            : definition.Type == typeof(int) ? ToInteger(value, isText)
            : definition.Type == typeof(TimeSpan) ? ToTimeSpan(value)
            : definition.IsSecret ? value as Secret ?? (value is string secret ? new Secret(secret) : null)
            : definition.Type == typeof(IReadOnlyList<string>) ? ToList(value, isText)
            : definition.Type == typeof(IReadOnlyDictionary<string, string>) ? ToTable(value, isText)
            : definition.Type == typeof(IReadOnlyList<GirderImage>) ? value as IReadOnlyList<GirderImage>
            : throw new InvalidOperationException($"The setting {definition.Path} has a type that cannot be set: {definition.Type}.");
        if (typed is null)
            return Allowed(definition);
        if (typed is string text && text.Contains('\0', StringComparison.Ordinal))
            return "it must not hold the character NUL.";

        switch (typed)
        {
            case "" when definition.MayBeEmpty:
                converted = typed;
                return null;
            case "" when definition.Rule is null:
                return Allowed(definition);
            case IReadOnlyList<string> items:
                converted = items;
                return items.Select(item => Refusal(definition, item)).FirstOrDefault(refusal => refusal is not null);
            case IReadOnlyDictionary<string, string> table:
                converted = table;
                return table.Values.Select(item => Refusal(definition, item)).FirstOrDefault(refusal => refusal is not null);
        }
        converted = definition.Rule is null ? typed : definition.Rule.Accept(typed);
        return converted is null ? Refusal(definition, typed) : null;
    }

    /// <summary>What a setting may be, as a sentence.</summary>
    public static string Allowed(SettingDefinition definition)
    {
        var each = definition.Rule?.Allowed ?? "a text";
        var what = definition.Type == typeof(bool) ? "$true or $false"
            : definition.Type == typeof(IReadOnlyList<string>) ? $"a list, each item {each}"
            : definition.Type == typeof(IReadOnlyDictionary<string, string>) ? $"a table @{{ 'name' = 'value' }}, each value {each}"
            : definition.Type == typeof(IReadOnlyList<GirderImage>) ? "a list of tables, @(@{ Name = '...'; Config = @{ ... } }), in a settings file or a parameter"
            : definition.Type == typeof(string) && definition.Rule is null ? "a text in quotes"
            : each;
        return $"it must be {what}{(definition.MayBeEmpty ? ", or ''" : "")}.";
    }

    private static string? Refusal(SettingDefinition definition, object value) => definition.Rule is null || definition.Rule.Accept(value) is not null ? null
        : definition.Rule.Suggest(value) is { } meant ? $"{Allowed(definition)} Write '{meant}'."
        : Allowed(definition);

    private static object? ToTruth(object? value, bool isText) => value switch
    {
        bool => value,
        string text when isText => text.Trim().ToUpperInvariant() switch
        {
            "TRUE" or "1" or "YES" or "ON" => true,
            "FALSE" or "0" or "NO" or "OFF" => false,
            _ => null,
        },
        _ => null,
    };

    private static object? ToInteger(object? value, bool isText) => value switch
    {
        int => value,
        long and >= int.MinValue and <= int.MaxValue => (int)(long)value,
        string text when isText && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    // A bare number is refused: .NET would read '15' as fifteen days, and whoever writes it rarely means that.
    private static object? ToTimeSpan(object? value)
    {
        if (value is TimeSpan)
            return value;
        if (value is not string text)
            return null;
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : null;
        var match = Units().Match(text.Trim());
        if (!match.Success || match.Length == 0)
            return null;
        try
        {
            return TimeSpan.FromDays(Number("d")) + TimeSpan.FromHours(Number("h")) + TimeSpan.FromMinutes(Number("m")) + TimeSpan.FromSeconds(Number("s")) + TimeSpan.FromMilliseconds(Number("f"));
        }
        catch (OverflowException)
        {
            return null;
        }

        double Number(string unit) => match.Groups[unit] is { Success: true } group ? double.Parse(group.Value, CultureInfo.InvariantCulture) : 0;
    }

    private static IReadOnlyList<string>? ToList(object? value, bool isText) => value switch
    {
        string text when isText => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        string text => [text],
        IDictionary => null,
        IEnumerable items => items.Cast<object?>().All(item => item is string) ? [.. items.Cast<string>()] : null,
        _ => null,
    };

    private static Dictionary<string, string>? ToTable(object? value, bool isText)
    {
        switch (value)
        {
            case string text when isText:
                var pairs = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2, StringSplitOptions.TrimEntries)).ToList();
                return pairs.All(pair => pair.Length == 2) ? pairs.GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => group.Last()[1]) : null;
            case IReadOnlyDictionary<string, string> table:
                return table.ToDictionary();
            case IDictionary hashtable:
                var entries = hashtable.Cast<DictionaryEntry>().ToList();
                return entries.All(entry => entry is { Key: string, Value: string }) ? entries.ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!) : null;
            default:
                return null;
        }
    }

    [GeneratedRegex(@"\A(?:(?<d>[0-9]+(?:\.[0-9]+)?)d)?(?:(?<h>[0-9]+(?:\.[0-9]+)?)h)?(?:(?<m>[0-9]+(?:\.[0-9]+)?)m)?(?:(?<s>[0-9]+(?:\.[0-9]+)?)s)?(?:(?<f>[0-9]+(?:\.[0-9]+)?)ms)?\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Units();
}
