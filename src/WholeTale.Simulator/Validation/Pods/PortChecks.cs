using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Pods;

/// <summary>The ports of containers, and port numbers and names wherever they stand.</summary>
internal sealed partial class PortChecks(List<Cause> causes)
{
    public void Check(JsonArray ports, string field)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < ports.Count; at++)
        {
            var port = (JsonObject)ports[at]!;
            var path = $"{field}[{at}]";
            if (port["name"].Text() is { Length: > 0 } name)
            {
                var problems = PortName(name);
                foreach (var problem in problems)
                    causes.Add(Cause.Invalid(path + ".name", GoSyntax.Quote(name), problem));
                if (problems.Count == 0 && !names.Add(name))
                    causes.Add(Cause.Duplicate(path + ".name", GoSyntax.Quote(name)));
            }

            var number = port["containerPort"].Number() ?? 0;
            if (number == 0)
                causes.Add(Cause.Required(path + ".containerPort"));
            else
                PortNumber(number, path + ".containerPort", causes);
            if (port["hostPort"].Number() is { } host and not 0)
                PortNumber(host, path + ".hostPort", causes);
            causes.OneOf(port["protocol"], path + ".protocol", "SCTP", "TCP", "UDP");
        }
    }

    public static void PortNumber(long port, string field, List<Cause> causes)
    {
        if (port is < 1 or > 65535)
            causes.Add(Cause.Invalid(field, GoSyntax.Number(port), "must be between 1 and 65535, inclusive"));
    }

    /// <summary>An IANA service name.</summary>
    public static IReadOnlyList<string> PortName(string name)
    {
        var problems = new List<string>();
        if (name.Length > 15)
            problems.Add("must be no more than 15 characters");
        if (!PortCharacters().IsMatch(name))
            problems.Add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        if (!name.Any(char.IsAsciiLetterLower))
            problems.Add("must contain at least one letter (a-z)");
        if (name.Contains("--", StringComparison.Ordinal))
            problems.Add("must not contain consecutive hyphens");
        if (name.Length > 0 && (name[0] == '-' || name[^1] == '-'))
            problems.Add("must not begin or end with a hyphen");
        return problems;
    }

    [GeneratedRegex(@"^[-a-z0-9]+\z")]
    private static partial Regex PortCharacters();
}
