using WholeTale.Core;

namespace WholeTale.Gke.Creating;

/// <summary>
/// Machine types of the general-purpose and memory-optimised families (<see href="https://cloud.google.com/compute/docs/general-purpose-machines"/>), to catch a slip before Google does.
/// GKE's API lists none. A family that is not here, and a custom type, is for Google to judge.
/// </summary>
internal static class MachineTypes
{
    private static readonly Dictionary<string, (string[] Shapes, int[] Sizes)> Families = new(StringComparer.Ordinal)
    {
        ["e2"] = (["standard", "highmem", "highcpu"], [2, 4, 8, 16, 32]),
        ["n1"] = (["standard", "highmem", "highcpu"], [1, 2, 4, 8, 16, 32, 64, 96]),
        ["n2"] = (["standard", "highmem", "highcpu"], [2, 4, 8, 16, 32, 48, 64, 80, 96, 128]),
        ["n2d"] = (["standard", "highmem", "highcpu"], [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224]),
        ["c2"] = (["standard"], [4, 8, 16, 30, 60]),
        ["c2d"] = (["standard", "highmem", "highcpu"], [2, 4, 8, 16, 32, 56, 112]),
        ["t2d"] = (["standard"], [1, 2, 4, 8, 16, 32, 48, 60]),
        ["t2a"] = (["standard"], [1, 2, 4, 8, 16, 32, 48]),
    };

    private static readonly string[] Shared = ["e2-micro", "e2-small", "e2-medium", "f1-micro", "g1-small"];

    /// <summary>The nearest types to one that does not exist; empty where it exists or cannot be judged.</summary>
    internal static IReadOnlyList<string> Nearest(string type)
    {
        var parts = type.Split('-');
        if (parts.Contains("custom", StringComparer.Ordinal) || Known.Contains(type))
            return [];
        // A family of its own that is well formed may be newer than this list.
        return !Families.ContainsKey(parts[0]) && parts is [{ Length: >= 2 and <= 4 }, _, ..] && char.IsAsciiLetter(parts[0][0]) && parts[0].Any(char.IsAsciiDigit) && parts[0] is not ("f1" or "g1")
            ? []
            : [.. Known.OrderBy(known => Spelling.Distance(type, known)).ThenBy(known => known, StringComparer.Ordinal).Take(3)];
    }

    private static readonly HashSet<string> Known =
    [
        .. Shared, .. Families.SelectMany(family => family.Value.Shapes.SelectMany(shape => family.Value.Sizes.Select(size => $"{family.Key}-{shape}-{size}"))).Except(Missing()),
    ];

    // The high-memory and high-processor rows do not have every size of the standard one.
    private static IEnumerable<string> Missing() =>
        ["n1-highmem-1", "n1-highcpu-1", "e2-highmem-32", "n2-highcpu-128", "n2d-highmem-128", "n2d-highmem-224"];
}
