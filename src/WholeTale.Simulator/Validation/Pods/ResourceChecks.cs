using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Pods;

/// <summary>What containers ask for (ValidateResourceRequirements).</summary>
internal static class ResourceChecks
{
    public static void Check(JsonObject? resources, string path, List<Cause> causes)
    {
        var limits = resources?["limits"] as JsonObject ?? [];
        var requests = resources?["requests"] as JsonObject ?? [];
        foreach (var (name, value) in limits)
            Amount(name, value, $"{path}.limits", causes);
        foreach (var (name, value) in requests)
        {
            Amount(name, value, $"{path}.requests", causes);
            if (limits[name] is { } limit && Quantity.TryParse(value.Text() ?? "", out var wanted) && Quantity.TryParse(limit.Text() ?? "", out var most) && wanted.CompareTo(most) > 0)
                causes.Add(Cause.Invalid(path + ".requests", GoSyntax.Quote(wanted.ToString()), $"must be less than or equal to {name} limit"));
        }
    }

    private static void Amount(string name, JsonNode? value, string path, List<Cause> causes)
    {
        var field = $"{path}[{name}]";
        var problems = Names.QualifiedName(name);
        causes.AddRange(problems.Select(problem => Cause.Invalid(field, GoSyntax.Quote(name), problem)));
        if (problems.Count == 0 && !name.Contains('/', StringComparison.Ordinal)
            && name is not ("cpu" or "memory" or "ephemeral-storage") && !name.StartsWith("hugepages-", StringComparison.Ordinal))
        {
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(name), "must be a standard resource type or fully qualified"));
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(name), "must be a standard resource for containers"));
        }

        if (Quantity.TryParse(value.Text() ?? "0", out var amount) && amount.Units.Sign < 0)
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(amount.ToString()), "must be greater than or equal to 0"));
    }
}
