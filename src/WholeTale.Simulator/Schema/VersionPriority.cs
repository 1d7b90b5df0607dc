using System.Globalization;
using System.Text.RegularExpressions;

namespace WholeTale.Simulator.Schema;

/// <summary>The order in which versions are preferred (apimachinery, CompareKubeAwareVersionStrings): v2, v1, v1beta2, v1beta1, v1alpha1, then others by name.</summary>
internal static partial class VersionPriority
{
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    private static int Compare(string? left, string? right)
    {
        var (mine, theirs) = (Version().Match(left ?? ""), Version().Match(right ?? ""));
        if (!mine.Success || !theirs.Success)
            return mine.Success ? -1 : theirs.Success ? 1 : string.CompareOrdinal(left, right);
        var stage = Stage(theirs).CompareTo(Stage(mine));
        if (stage != 0)
            return stage;
        var major = Number(theirs.Groups[1]).CompareTo(Number(mine.Groups[1]));
        return major != 0 ? major : Number(theirs.Groups[3]).CompareTo(Number(mine.Groups[3]));
    }

    private static int Stage(Match version) => version.Groups[2].Value switch { "" => 2, "beta" => 1, _ => 0 };

    private static long Number(Group group) => long.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex(@"^v(\d{1,9})(?:(alpha|beta)(\d{1,9}))?\z")]
    private static partial Regex Version();
}
