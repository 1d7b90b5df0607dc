using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation.Pods;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>NetworkPolicies, PodDisruptionBudgets, PriorityClasses and Leases.</summary>
internal static class PolicyChecks
{
    private const long _highestPriority = 1_000_000_000;

    public static void Network(JsonObject policy, JsonObject? old, List<Cause> causes)
    {
        var spec = policy["spec"] as JsonObject ?? [];
        SelectorValidation.Check(spec["podSelector"], "spec.podSelector", causes);
        foreach (var (direction, peers) in new[] { ("ingress", "from"), ("egress", "to") })
        {
            var rules = spec[direction].Objects().ToList();
            for (var at = 0; at < rules.Count; at++)
            {
                var ports = rules[at]["ports"].Objects().ToList();
                for (var port = 0; port < ports.Count; port++)
                    NetworkPort(ports[port], $"spec.{direction}[{at}].ports[{port}]", causes);
                var others = rules[at][peers].Objects().ToList();
                for (var peer = 0; peer < others.Count; peer++)
                    Peer(others[peer], $"spec.{direction}[{at}].{peers}[{peer}]", causes);
            }
        }

        var types = spec["policyTypes"].Texts();
        if (types.Count > 2)
        {
            causes.Add(Cause.Invalid("spec.policyTypes", "[]networking.PolicyType{" + string.Join(", ", types.Select(GoSyntax.Quote)) + "}", "may not specify more than two policyTypes"));
            return;
        }

        for (var at = 0; at < types.Count; at++)
        {
            if (types[at] is not ("Ingress" or "Egress"))
                causes.Add(Cause.NotSupported($"spec.policyTypes[{at}]", GoSyntax.Quote(types[at]), "Ingress", "Egress"));
        }
    }

    public static void Budget(JsonObject budget, JsonObject? old, List<Cause> causes)
    {
        var spec = budget["spec"] as JsonObject ?? [];
        if (spec["minAvailable"] is not null && spec["maxUnavailable"] is not null)
        {
            causes.Add(Cause.Invalid(
                "spec",
                "policy.PodDisruptionBudgetSpec{MinAvailable:(*intstr.IntOrString)(0xc000000000), Selector:(*v1.LabelSelector)(0xc000000020), MaxUnavailable:(*intstr.IntOrString)(0xc000000040), UnhealthyPodEvictionPolicy:(*policy.UnhealthyPodEvictionPolicyType)(nil)}",
                "minAvailable and maxUnavailable cannot be both set"));
        }

        foreach (var member in new[] { "minAvailable", "maxUnavailable" })
        {
            if (spec[member] is null)
                continue;
            WorkloadRules.Share(spec[member], "spec." + member, causes);
            WorkloadRules.NotMoreThanAll(spec[member], "spec." + member, causes);
        }

        SelectorValidation.Check(spec["selector"], "spec.selector", causes);
    }

    public static void Priority(JsonObject priority, JsonObject? old, List<Cause> causes)
    {
        var name = priority["metadata"]?["name"].Text() ?? "";
        if (old is null)
        {
            if (name.StartsWith("system-", StringComparison.Ordinal) && name is not ("system-node-critical" or "system-cluster-critical"))
                causes.Add(Cause.Forbidden("metadata.name", "priority class names with 'system-' prefix are reserved for system use only. error: " + name + " is not a known system priority class"));
            else if (priority["value"].Number() > _highestPriority && !name.StartsWith("system-", StringComparison.Ordinal))
                causes.Add(Cause.Forbidden("value", "maximum allowed value of a user defined priority is " + _highestPriority));
            if (priority["preemptionPolicy"].Text() is { } policy && policy is not ("PreemptLowerPriority" or "Never"))
                causes.Add(Cause.NotSupported("preemptionPolicy", GoSyntax.Quote(policy), "PreemptLowerPriority", "Never"));
            return;
        }

        if (priority["value"].Number() != old["value"].Number())
            causes.Add(Cause.Forbidden("value", "may not be changed in an update."));
        if (priority["preemptionPolicy"].Text() != old["preemptionPolicy"].Text())
            causes.Add(Cause.Invalid("preemptionPolicy", GoSyntax.Value(priority["preemptionPolicy"]), "field is immutable"));
    }

    public static void Lease(JsonObject lease, JsonObject? old, List<Cause> causes)
    {
        if (lease["spec"]?["leaseDurationSeconds"].Number() is <= 0 and var duration)
            causes.Add(Cause.Invalid("spec.leaseDurationSeconds", duration.ToString(CultureInfo.InvariantCulture), "must be greater than 0"));
        if (lease["spec"]?["leaseTransitions"].Number() is < 0 and var transitions)
            causes.Add(Cause.Invalid("spec.leaseTransitions", transitions.ToString(CultureInfo.InvariantCulture), "must to be greater or equal than 0"));
    }

    private static void NetworkPort(JsonObject port, string field, List<Cause> causes)
    {
        if (port["protocol"].Text() is { } protocol && protocol is not ("TCP" or "UDP" or "SCTP"))
            causes.Add(Cause.NotSupported(field + ".protocol", GoSyntax.Quote(protocol), "TCP", "UDP", "SCTP"));
        var end = port["endPort"].Number();
        var shown = end?.ToString(CultureInfo.InvariantCulture) ?? "";
        if (port["port"].Text() is { } name)
        {
            if (end is not null)
                causes.Add(Cause.Invalid(field + ".endPort", shown, "may not be specified when `port` is non-numeric"));
            causes.AddRange(PortChecks.PortName(name).Select(problem => Cause.Invalid(field + ".port", GoSyntax.Quote(name), problem)));
        }
        else if (port["port"].Number() is { } number)
        {
            PortChecks.PortNumber(number, field + ".port", causes);
            if (end < number)
                causes.Add(Cause.Invalid(field + ".endPort", shown, "must be greater than or equal to `port`"));
            if (end is { } last)
                PortChecks.PortNumber(last, field + ".endPort", causes);
        }
        else if (end is not null)
        {
            causes.Add(Cause.Invalid(field + ".endPort", shown, "may not be specified when `port` is not specified"));
        }
    }

    private static void Peer(JsonObject peer, string field, List<Cause> causes)
    {
        foreach (var member in new[] { "podSelector", "namespaceSelector" })
            SelectorValidation.Check(peer[member], $"{field}.{member}", causes);
        if (peer["ipBlock"] is JsonObject block)
            Block(block, field + ".ipBlock", causes);
        var given = new[] { "podSelector", "namespaceSelector", "ipBlock" }.Count(member => peer[member] is not null);
        if (given == 0)
            causes.Add(Cause.Required(field, "must specify a peer"));
        else if (given > 1 && peer["ipBlock"] is not null)
            causes.Add(Cause.Forbidden(field, "may not specify both ipBlock and another peer"));
    }

    private static void Block(JsonObject block, string field, List<Cause> causes)
    {
        var text = block["cidr"].Text() ?? "";
        if (text.Length == 0)
        {
            causes.Add(Cause.Required(field + ".cidr"));
            return;
        }

        if (IpText.ParseRange(text) is not { } range)
        {
            causes.Add(Cause.Invalid(field + ".cidr", GoSyntax.Quote(text), "not a valid CIDR"));
            return;
        }

        var parts = block["except"].Texts();
        for (var at = 0; at < parts.Count; at++)
        {
            if (IpText.ParseRange(parts[at]) is not { } part)
            {
                causes.Add(Cause.Invalid($"{field}.except[{at}]", GoSyntax.Quote(parts[at]), "not a valid CIDR"));
                return;
            }

            if (!range.Contains(part.BaseAddress) || range.PrefixLength >= part.PrefixLength)
                causes.Add(Cause.Invalid($"{field}.except[{at}]", GoSyntax.Quote(parts[at]), "must be a strict subset of `cidr`"));
        }
    }
}
