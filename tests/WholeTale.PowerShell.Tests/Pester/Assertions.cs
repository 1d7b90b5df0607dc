using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>What the operators of Should mean, as PowerShell's own operators do.</summary>
internal static class Assertions
{
    internal static IReadOnlyCollection<string> Names { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Be", "BeExactly", "BeTrue", "BeFalse", "BeNullOrEmpty", "BeLike", "BeLikeExactly", "Match", "MatchExactly", "Contain", "BeIn", "HaveCount", "BeOfType",
        "BeGreaterThan", "BeGreaterOrEqual", "BeLessThan", "BeLessOrEqual", "Exist", "Throw",
    };

    /// <summary>Whether the operator looks at all that comes down the pipeline at once; others look at each item.</summary>
    internal static bool TakesAll(string name) => name is "Be" or "BeExactly" or "BeNullOrEmpty" or "Contain" or "HaveCount";

    internal static bool Holds(string name, IReadOnlyList<object?> actual, object? expected, SessionState session)
    {
        var value = actual.Count == 1 ? actual[0] : actual.Count == 0 ? null : actual;
        return name switch
        {
            "Be" => AreEqual(actual, List(expected), ignoreCase: true),
            "BeExactly" => AreEqual(actual, List(expected), ignoreCase: false),
            "BeTrue" => LanguagePrimitives.IsTrue(value),
            "BeFalse" => !LanguagePrimitives.IsTrue(value),
            "BeNullOrEmpty" => actual.Count == 0 || (actual.Count == 1 && IsEmpty(actual[0])),
            "BeLike" => new WildcardPattern(Text(expected), WildcardOptions.IgnoreCase).IsMatch(Text(value)),
            "BeLikeExactly" => new WildcardPattern(Text(expected)).IsMatch(Text(value)),
            "Match" => Regex.IsMatch(Text(value), Text(expected), RegexOptions.IgnoreCase),
            "MatchExactly" => Regex.IsMatch(Text(value), Text(expected)),
            "Contain" => actual.Any(item => Same(item, expected, ignoreCase: true)),
            "BeIn" => List(expected).Any(item => Same(item, value, ignoreCase: true)),
            "HaveCount" => actual.Count == LanguagePrimitives.ConvertTo<int>(expected),
            "BeOfType" => value is not null && IsOfType(value, expected),
            "BeGreaterThan" => Compare(value, expected) > 0,
            "BeGreaterOrEqual" => Compare(value, expected) >= 0,
            "BeLessThan" => Compare(value, expected) < 0,
            "BeLessOrEqual" => Compare(value, expected) <= 0,
            "Exist" => Path.Exists(session.Path.GetUnresolvedProviderPathFromPSPath(Text(value))),
            _ => throw new ArgumentException($"Should -{name} is not known here."),
        };
    }

    internal static string Show(object? value) => value switch
    {
        null => "$null",
        string text => $"'{text}'",
        IReadOnlyList<object?> { Count: 1 } one => Show(one[0]),
        IEnumerable list => $"@({string.Join(", ", list.Cast<object?>().Select(Show))})",
        _ => $"{value}",
    };

    private static bool AreEqual(IReadOnlyList<object?> actual, IReadOnlyList<object?> expected, bool ignoreCase)
    {
        var isNothing = actual.Count == 0 || actual is [null];
        if (isNothing || expected.Count == 0 || expected is [null])
            return isNothing && (expected.Count == 0 || expected is [null]);
        return actual.Count == expected.Count
            && actual.Zip(expected).All(pair => pair.First is IList || pair.Second is IList
                ? AreEqual(List(pair.First), List(pair.Second), ignoreCase)
                : Same(pair.First, pair.Second, ignoreCase));
    }

    private static bool Same(object? left, object? right, bool ignoreCase) => LanguagePrimitives.Equals(left, right, ignoreCase, CultureInfo.InvariantCulture);

    private static int Compare(object? left, object? right) => LanguagePrimitives.Compare(left, right, ignoreCase: true, CultureInfo.InvariantCulture);

    private static IReadOnlyList<object?> List(object? value) => value is IList list ? [.. list.Cast<object?>()] : [value];

    private static bool IsEmpty(object? value) => value switch
    {
        null => true,
        string text => text.Length == 0,
        ICollection list => list.Count == 0,
        _ => false,
    };

    // A type, or the name of one that the engine knows; types in the module's own load context are known to scripts by name alone.
    private static bool IsOfType(object value, object? expected)
    {
        var name = expected is string text ? text.TrimStart('[').TrimEnd(']') : expected;
        if (expected is Type type || LanguagePrimitives.TryConvertTo(name, out type))
            return type.IsInstanceOfType(value);
        throw new ArgumentException($"Should -BeOfType does not know the type {expected}.");
    }

    private static string Text(object? value) => LanguagePrimitives.ConvertTo<string>(value) ?? "";
}
