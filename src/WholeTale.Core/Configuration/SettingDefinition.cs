using System.Reflection;

namespace WholeTale.Core.Configuration;

/// <summary>One setting as <see cref="Settings"/> declares it.</summary>
/// <param name="Path">Its path, e.g. <c>Gke.ProjectId</c>.</param>
/// <param name="Group">The property of the table it lies in; null for the outermost.</param>
/// <param name="Property">Its own property.</param>
/// <param name="Rule">What it may be; null where any text or either truth will do.</param>
/// <param name="Default">Its default.</param>
internal sealed record SettingDefinition(string Path, PropertyInfo? Group, PropertyInfo Property, RuleAttribute? Rule, object? Default)
{
    /// <summary>The type of its value.</summary>
    public Type Type => Property.PropertyType;

    /// <summary>Whether it must not be shown, nor stand in the settings file.</summary>
    public bool IsSecret => Type == typeof(Secret);

    /// <summary>Whether it may be left empty: where its default is.</summary>
    public bool MayBeEmpty => Default is "";

    /// <summary>The environment variable that sets it.</summary>
    public string Variable => $"WT_{Path.Replace('.', '_').ToUpperInvariant()}";

    /// <summary>Its value in some settings.</summary>
    public object? Get(Settings settings) => Property.GetValue(Group is null ? settings : Group.GetValue(settings));

    /// <summary>Sets it in settings that are being made; nobody else has seen them yet.</summary>
    public void Set(Settings settings, object? value) => Property.SetValue(Group is null ? settings : Group.GetValue(settings), value);
}
