using System.Reflection;

namespace WholeTale.Core.Configuration;

/// <summary>All settings there are, in the order of <see cref="Settings"/>.</summary>
internal static class SettingsSchema
{
    /// <summary>Every setting.</summary>
    public static IReadOnlyList<SettingDefinition> All { get; } = [.. Define()];

    private static readonly Dictionary<string, SettingDefinition> ByPath = All.ToDictionary(definition => definition.Path, StringComparer.OrdinalIgnoreCase);

    /// <summary>Names of the tables.</summary>
    public static IReadOnlyList<string> Groups { get; } = [.. All.Where(definition => definition.Group is not null).Select(definition => definition.Group!.Name).Distinct()];

    /// <summary>Finds a setting; letter case does not count, as in PowerShell.</summary>
    public static SettingDefinition? Find(string path) => ByPath.GetValueOrDefault(path);

    /// <summary>The path that an unknown one was probably meant to be: first among its neighbours, then one of the same name elsewhere, then any.</summary>
    public static string? Nearest(string path)
    {
        var prefix = path.Contains('.', StringComparison.Ordinal) ? path[..(path.LastIndexOf('.') + 1)] : "";
        var neighbours = All
            .Select(definition => definition.Path)
            .Concat(Groups)
            .Where(known => known.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && !known[prefix.Length..].Contains('.', StringComparison.Ordinal))
            .ToDictionary(known => known[prefix.Length..]);
        var name = path[prefix.Length..];
        return Spelling.Nearest(name, neighbours.Keys) is { } neighbour
            ? neighbours[neighbour]
            : All.FirstOrDefault(definition => string.Equals(definition.Property.Name, name, StringComparison.OrdinalIgnoreCase))?.Path
                ?? Spelling.Nearest(path, All.Select(definition => definition.Path));
    }

    private static IEnumerable<SettingDefinition> Define()
    {
        var defaults = new Settings();
        foreach (var property in typeof(Settings).GetProperties())
        {
            // Tables are records of this namespace; a Secret is a value.
            if (property.PropertyType.Namespace == typeof(Settings).Namespace && property.PropertyType != typeof(Secret))
            {
                foreach (var inner in property.PropertyType.GetProperties())
                    yield return Define($"{property.Name}.{inner.Name}", property, inner, property.GetValue(defaults)!);
            }
            else
            {
                yield return Define(property.Name, null, property, defaults);
            }
        }
    }

    private static SettingDefinition Define(string path, PropertyInfo? group, PropertyInfo property, object holder) =>
        new(path, group, property, property.GetCustomAttribute<RuleAttribute>(), property.GetValue(holder));
}
