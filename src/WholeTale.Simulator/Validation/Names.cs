using System.Text.RegularExpressions;

namespace WholeTale.Simulator.Validation;

/// <summary>Names and labels as apimachinery's util/validation checks them, with its words.</summary>
internal static partial class Names
{
    private const string _label = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
    private const string _subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
    private const string _dns1035 = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
    private const string _labelRule = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string _subdomainRule = _labelRule + @"(\." + _labelRule + ")*";
    private const string _dns1035Rule = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private const string _qualified = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
    private const string _qualifiedRule = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

    public static IReadOnlyList<string> Dns1123Label(string value)
    {
        var problems = new List<string>();
        if (value.Length > 63)
            problems.Add(TooLong(63));
        if (!LabelPattern().IsMatch(value))
        {
            problems.Add(SubdomainPattern().IsMatch(value)
                ? "must not contain dots"
                : Rule(_label, _labelRule, "my-name", "123-abc"));
        }

        return problems;
    }

    public static IReadOnlyList<string> Dns1123Subdomain(string value)
    {
        var problems = new List<string>();
        if (value.Length > 253)
            problems.Add(TooLong(253));
        if (!SubdomainPattern().IsMatch(value))
            problems.Add(Rule(_subdomain, _subdomainRule, "example.com"));
        return problems;
    }

    public static IReadOnlyList<string> Dns1035Label(string value)
    {
        var problems = new List<string>();
        if (value.Length > 63)
            problems.Add(TooLong(63));
        if (!Dns1035Pattern().IsMatch(value))
            problems.Add(Rule(_dns1035, _dns1035Rule, "my-name", "abc-123"));
        return problems;
    }

    public static IReadOnlyList<string> QualifiedName(string value)
    {
        // Nearly all are as they should be: nothing is made for those.
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (slash is -1 or (> 0 and <= 253) && value.Length - slash - 1 <= 63 && QualifiedPattern().IsMatch(value.AsSpan(slash + 1))
            && (slash < 0 || SubdomainPattern().IsMatch(value.AsSpan(0, slash))))
            return [];
        var problems = new List<string>();
        var parts = value.Split('/');
        string name;
        switch (parts)
        {
            case [var only]:
                name = only;
                break;
            case [var prefix, var rest]:
                name = rest;
                if (prefix.Length == 0)
                    problems.Add("prefix part must be non-empty");
                else
                    problems.AddRange(Dns1123Subdomain(prefix).Select(problem => "prefix part " + problem));
                break;
            default:
                problems.Add("a qualified name " + Rule(_qualified, _qualifiedRule, "MyName", "my.name", "123-abc") +
                    " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
                return problems;
        }

        if (name.Length == 0)
            problems.Add("name part must be non-empty");
        else if (name.Length > 63)
            problems.Add("name part " + TooLong(63));
        if (!QualifiedPattern().IsMatch(name))
            problems.Add("name part " + Rule(_qualified, _qualifiedRule, "MyName", "my.name", "123-abc"));
        return problems;
    }

    public static IReadOnlyList<string> LabelValue(string value)
    {
        var problems = new List<string>();
        if (value.Length > 63)
            problems.Add(TooLong(63));
        if (value.Length > 0 && !QualifiedPattern().IsMatch(value))
        {
            problems.Add(Rule(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
                "(" + _qualifiedRule + ")?",
                "MyValue",
                "my_value",
                "12345"));
        }

        return problems;
    }

    public static IReadOnlyList<string> WildcardSubdomain(string value)
    {
        var problems = new List<string>();
        if (value.Length > 253)
            problems.Add(TooLong(253));
        if (!value.StartsWith("*.", StringComparison.Ordinal) || !SubdomainPattern().IsMatch(value[2..]))
        {
            problems.Add(Rule(
                "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
                @"\*\." + _subdomainRule,
                "*.example.com"));
        }

        return problems;
    }

    /// <summary>A name that may be a segment of a path.</summary>
    public static IReadOnlyList<string> PathSegment(string name) => name is "." or ".." ? [$"may not be '{name}'"]
        : [.. new[] { "/", "%" }.Where(part => name.Contains(part, StringComparison.Ordinal)).Select(part => $"may not contain '{part}'")];

    public static string TooLong(int most) => $"must be no more than {most} characters";

    private static string Rule(string message, string rule, params string[] examples) =>
        $"{message} (e.g. {string.Join(" or ", examples.Select(example => $"'{example}', ")).TrimEnd()} regex used for validation is '{rule}')";

    [GeneratedRegex("^" + _labelRule + @"\z")]
    private static partial Regex LabelPattern();

    [GeneratedRegex("^" + _subdomainRule + @"\z")]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex("^" + _dns1035Rule + @"\z")]
    private static partial Regex Dns1035Pattern();

    [GeneratedRegex("^" + _qualifiedRule + @"\z")]
    private static partial Regex QualifiedPattern();
}
