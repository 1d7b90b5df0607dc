namespace WholeTale.Core.Deployment;

/// <summary>What a deploy would change, field by field.</summary>
/// <param name="Kind">The object's kind.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Component">The component it belongs to.</param>
/// <param name="Path">The field, e.g. <c>spec.template.spec.containers[girder].image</c>; empty where the object as a whole is made or deleted.</param>
/// <param name="Before">The value now; null where there is none. Secret values are masked.</param>
/// <param name="After">The value then; null where there will be none. Secret values are masked.</param>
/// <param name="Owner">The field manager that holds the field now; empty where nobody does.</param>
public sealed record Change(string Kind, string Name, string Component, string Path, string? Before, string? After, string Owner)
{
    /// <summary>What stands in its way: <c>needs -Force</c>, <c>needs -Adopt</c>, <c>needs -Recreate</c>, or <c>refused</c> with the reason; empty where a deploy would make it.</summary>
    public string Obstacle { get; init; } = "";

    /// <summary>The values in a line each, as a table has room for them: of a text of several lines the first that differs, of a long one the part around the first difference.</summary>
    public (string? Before, string? After) Shorten() => ChangedText.Shorten(Before, After);
}
