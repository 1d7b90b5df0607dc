using System.Management.Automation;

namespace WholeTale.PowerShell.Arguments;

/// <summary>Names with wildcards, as a user gives them.</summary>
internal static class Wildcards
{
    /// <summary>Whether a name matches one of the patterns; all match where there are none.</summary>
    internal static Func<string, bool> Matching(IReadOnlyCollection<string>? patterns)
    {
        if (patterns is null or { Count: 0 })
            return _ => true;
        var compiled = patterns.Select(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase)).ToList();
        return name => compiled.Any(pattern => pattern.IsMatch(name));
    }
}
