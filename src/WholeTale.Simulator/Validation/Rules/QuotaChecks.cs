using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>ResourceQuotas and LimitRanges (apis/core/validation).</summary>
internal static class QuotaChecks
{
    private static readonly HashSet<string> _compute = new(StringComparer.Ordinal)
    {
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
        "limits.cpu", "limits.memory", "limits.ephemeral-storage",
    };

    private static readonly HashSet<string> _counted = new(StringComparer.Ordinal)
    {
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "persistentvolumeclaims", "configmaps",
        "services.nodeports", "services.loadbalancers",
    };

    private static readonly string[] _scopes =
        ["Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity"];

    public static void Quota(JsonObject quota, JsonObject? old, List<Cause> causes)
    {
        foreach (var (name, value) in quota["spec"]?["hard"] as JsonObject ?? [])
        {
            var field = $"spec.hard[{name}]";
            if (Standard(name, field, causes) && !name.Contains('/', StringComparison.Ordinal) && !IsQuota(name))
                causes.Add(Cause.Invalid(field, GoSyntax.Quote(name), "must be a standard resource for quota"));
            if (!Quantity.TryParse(value.Text() ?? "0", out var amount))
                continue;
            if (amount.Units.Sign < 0)
                causes.Add(Cause.Invalid(field, GoSyntax.Quote(amount.ToString()), "must be greater than or equal to 0"));
            if (_counted.Contains(name) && amount.Units % 1_000_000_000 != 0)
                causes.Add(Cause.Invalid(field, GoSyntax.Quote(amount.ToString()), "must be an integer"));
        }

        var scopes = (quota["spec"]?["scopes"]).Texts();
        var shown = "[]core.ResourceQuotaScope{" + string.Join(", ", scopes.Select(GoSyntax.Quote)) + "}";
        foreach (var scope in scopes.Where(scope => !_scopes.Contains(scope)))
            causes.Add(Cause.Invalid("spec.scopes", shown, "unsupported scope"));
        if (scopes.Contains("BestEffort") && scopes.Contains("NotBestEffort") || scopes.Contains("Terminating") && scopes.Contains("NotTerminating"))
            causes.Add(Cause.Invalid("spec.scopes", shown, "conflicting scopes"));
        if (old is not null && !scopes.ToHashSet().SetEquals((old["spec"]?["scopes"]).Texts()))
            causes.Add(Cause.Invalid("spec.scopes", shown, "field is immutable"));
    }

    public static void Limits(JsonObject range, JsonObject? old, List<Cause> causes)
    {
        var limits = (range["spec"]?["limits"]).Objects().ToList();
        var types = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < limits.Count; at++)
        {
            var field = $"spec.limits[{at}]";
            var type = limits[at]["type"].Text() ?? "";
            var problems = Names.QualifiedName(type);
            causes.AddRange(problems.Select(problem => Cause.Invalid(field + ".type", GoSyntax.Quote(type), problem)));
            if (problems.Count == 0 && !type.Contains('/', StringComparison.Ordinal) && type is not ("Pod" or "Container" or "PersistentVolumeClaim"))
                causes.Add(Cause.Invalid(field + ".type", GoSyntax.Quote(type), "must be a standard limit type or fully qualified"));
            if (!types.Add(type))
                causes.Add(Cause.Duplicate(field + ".type", GoSyntax.Quote(type)));
            Limit(limits[at], type, field, causes);
        }
    }

    private static void Limit(JsonObject limit, string type, string field, List<Cause> causes)
    {
        foreach (var member in new[] { "max", "min", "default", "defaultRequest", "maxLimitRequestRatio" })
        {
            if (type == "Pod" && member is "default" or "defaultRequest" && type == "Pod")
            {
                if (limit[member] is JsonObject { Count: > 0 })
                    causes.Add(Cause.Forbidden($"{field}.{member}", "may not be specified when `type` is 'Pod'"));
                continue;
            }

            foreach (var (name, _) in limit[member] as JsonObject ?? [])
            {
                if (Standard(name, $"{field}.{member}[{name}]", causes) && type is "Pod" or "Container" && name is not ("cpu" or "memory" or "ephemeral-storage") && !name.Contains('/', StringComparison.Ordinal) && !name.StartsWith("hugepages-", StringComparison.Ordinal))
                    causes.Add(Cause.Invalid($"{field}.{member}[{name}]", GoSyntax.Quote(name), "must be a standard resource for containers"));
            }
        }

        if (type == "PersistentVolumeClaim" && limit["min"]?["storage"] is null && limit["max"]?["storage"] is null)
            causes.Add(Cause.Required(field + ".limits", "either minimum or maximum storage value is required, but neither was provided"));
        foreach (var name in new[] { "max", "min", "default", "defaultRequest" }.SelectMany(member => (limit[member] as JsonObject ?? []).Select(pair => pair.Key)).Distinct().ToList())
        {
            Order(limit, "min", "max", name, field + ".min", "min value {0} is greater than max value {1}", causes);
            Order(limit, "min", "defaultRequest", name, field + ".defaultRequest", "min value {0} is greater than default request value {1}", causes, showsSecond: true);
            Order(limit, "defaultRequest", "max", name, field + ".defaultRequest", "default request value {0} is greater than max value {1}", causes);
            Order(limit, "defaultRequest", "default", name, field + ".defaultRequest", "default request value {0} is greater than default limit value {1}", causes);
            Order(limit, "min", "default", name, field + ".default", "min value {0} is greater than default value {1}", causes);
            Order(limit, "default", "max", name, field + ".default", "default value {0} is greater than max value {1}", causes, showsSecond: true);
        }
    }

    private static void Order(JsonObject limit, string low, string high, string name, string field, string detail, List<Cause> causes, bool showsSecond = false)
    {
        if (!Quantity.TryParse(limit[low]?[name].Text() ?? "", out var first) || !Quantity.TryParse(limit[high]?[name].Text() ?? "", out var second) || first.CompareTo(second) <= 0)
            return;
        causes.Add(Cause.Invalid(
            $"{field}[{name}]",
            GoSyntax.Quote((showsSecond ? second : first).ToString()),
            string.Format(System.Globalization.CultureInfo.InvariantCulture, detail, first, second)));
    }

    // validateResourceName
    private static bool Standard(string name, string field, List<Cause> causes)
    {
        var problems = Names.QualifiedName(name);
        causes.AddRange(problems.Select(problem => Cause.Invalid(field, GoSyntax.Quote(name), problem)));
        if (problems.Count > 0)
            return false;
        if (name.Contains('/', StringComparison.Ordinal) || IsQuota(name) || name is "storage" || name.StartsWith("hugepages-", StringComparison.Ordinal))
            return true;
        causes.Add(Cause.Invalid(field, GoSyntax.Quote(name), "must be a standard resource type or fully qualified"));
        return true;
    }

    private static bool IsQuota(string name) => _compute.Contains(name) || _counted.Contains(name) || name == "requests.storage" || name.StartsWith("requests.hugepages-", StringComparison.Ordinal) || name.StartsWith("hugepages-", StringComparison.Ordinal);
}
