namespace WholeTale.Core.Configuration;

/// <summary>An environment that a tale's author can choose, as Girder keeps it (<c>POST /image</c>).</summary>
/// <param name="Name">Its name, by which it is found again.</param>
public sealed record GirderImage(string Name)
{
    /// <summary>What it is, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>Address of its picture.</summary>
    public string Icon { get; init; } = "";

    /// <summary>Whether the dashboard may show it in a frame.</summary>
    public bool IFrame { get; init; } = true;

    /// <summary>Whether every user may choose it.</summary>
    public bool Public { get; init; } = true;

    /// <summary>Its tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>
    /// How a tale in it is run, by Girder's own names: text, whole numbers and lists of text. In a text <c>{{Domain}}</c> stands for the platform's domain.
    /// </summary>
    public IReadOnlyDictionary<string, object> Config { get; init; } = new Dictionary<string, object>();

    /// <inheritdoc/>
    public override string ToString() => Name;
}
