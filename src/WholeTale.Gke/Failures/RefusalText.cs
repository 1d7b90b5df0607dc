using System.Text.RegularExpressions;

namespace WholeTale.Gke.Failures;

/// <summary>What Kubernetes Engine says in its sentences alone, without details beside them: which quota and how much of it, which permission.</summary>
internal static partial class RefusalText
{
    /// <summary>Whether a refusal is for want of a quota. Permissions speak of a "quota project", which is another thing.</summary>
    internal static bool IsQuota(string said) => said.Contains("Insufficient", StringComparison.Ordinal) && said.Contains("quota to satisfy", StringComparison.Ordinal);

    /// <summary>The quota that is too small; null where the sentence does not tell.</summary>
    internal static (string Name, string Needed, string Limit, string Left)? Quota(string said) => QuotaSentence().Match(said) is { Success: true } match
        ? (match.Groups["name"].Value, match.Groups["needed"].Value, match.Groups["limit"].Value, match.Groups["left"].Value)
        : null;

    /// <summary>The permission that is missing; null where the sentence does not tell.</summary>
    internal static string? Permission(string said) => PermissionSentence().Match(said) is { Success: true } match ? match.Groups["name"].Value : null;

    // Two wordings: resource "CPUS": request requires '12.0' and is short '4.0'. project has a quota of '8.0' with '8.0' available.
    // And: for resource: "CPUS". The request requires '12.0' and is short '4.0'. The regional quota is '8.0' with '8.0' available.
    [GeneratedRegex(
        """resource:? "(?<name>[^"]+)"[.:]* .*?requires '(?<needed>[0-9]+)(?:\.0)?' .*?quota (?:of|is) '(?<limit>[0-9]+)(?:\.0)?' with '(?<left>[0-9]+)(?:\.0)?' available""",
        RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex QuotaSentence();

    // Required "container.clusters.create" permission(s) for "projects/p". Compute Engine uses single quotes.
    [GeneratedRegex("""[Rr]equired ["'](?<name>[A-Za-z]+(?:\.[A-Za-z]+)+)["'] permission""", RegexOptions.CultureInvariant)]
    private static partial Regex PermissionSentence();
}
