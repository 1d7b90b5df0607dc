using System.Globalization;
using System.Text.RegularExpressions;

namespace WholeTale.Core.Kubernetes;

/// <summary>An API server's version, as far as it decides what the server knows.</summary>
/// <param name="Major">The major version, 1.</param>
/// <param name="Minor">The minor version, e.g. 35.</param>
public readonly partial record struct ServerVersion(int Major, int Minor)
{
    /// <summary>The oldest version that the manifests are valid on.</summary>
    public static ServerVersion Oldest { get; } = new(1, 26);

    /// <summary>Reads a version such as <c>v1.35.6-gke.100</c>; null where it is none.</summary>
    public static ServerVersion? Parse(string gitVersion)
    {
        var match = MajorMinor().Match(gitVersion);
        return match.Success && int.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var major) && int.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, out var minor)
            ? new ServerVersion(major, minor)
            : null;
    }

    /// <summary>Whether it is that version or a later one.</summary>
    public bool IsAtLeast(ServerVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor)) >= 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    [GeneratedRegex(@"^v?(\d+)\.(\d+)")]
    private static partial Regex MajorMinor();
}
