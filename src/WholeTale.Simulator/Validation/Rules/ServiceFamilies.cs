using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>The families of a Service's addresses in a cluster that has IPv4 alone (registry/core/service/storage, initIPFamilyFields).</summary>
internal static class ServiceFamilies
{
    /// <summary>Fills in the policy and the families.</summary>
    /// <param name="name">The Service's name, for its refusal.</param>
    /// <param name="spec">Its spec.</param>
    /// <param name="old">Its spec as it is; null for a new one.</param>
    public static void Settle(string name, JsonObject spec, JsonObject? old)
    {
        var bare = spec["clusterIP"].Text() == "None" && spec["selector"] is not JsonObject { Count: > 0 };
        spec["ipFamilyPolicy"] ??= old?["ipFamilyPolicy"]?.DeepClone() ?? (bare ? "RequireDualStack" : "SingleStack");
        if (old is not null && spec["ipFamilies"].Texts().Count == 0 && old["ipFamilies"] is { } families && old["type"].Text() != "ExternalName")
            spec["ipFamilies"] = families.DeepClone();
        var causes = new List<Cause>();
        Check(spec, causes);
        Refuse(name, causes);

        var policy = spec["ipFamilyPolicy"].Text() ?? "";
        if (policy == "SingleStack" && spec["clusterIPs"].Texts().Count == 2)
            causes.Add(Cause.Invalid("spec.ipFamilyPolicy", GoSyntax.Quote(policy), "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified"));
        if (policy == "SingleStack" && spec["ipFamilies"].Texts().Count == 2)
            causes.Add(Cause.Invalid("spec.ipFamilyPolicy", GoSyntax.Quote(policy), "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified"));
        var addresses = spec["clusterIPs"].Texts();
        for (var at = 0; at < addresses.Count && addresses[at] != "None"; at++)
        {
            if (at >= spec["ipFamilies"].Texts().Count && IpText.IsV6(addresses[at]))
                causes.Add(Cause.Invalid($"spec.clusterIPs[{at}]", GoSyntax.List(addresses), "IPv6 is not configured on this cluster"));
        }

        Refuse(name, causes);
        if (bare)
        {
            var list = spec["ipFamilies"].Texts() is { Count: > 0 } given ? given : ["IPv4"];
            if (list.Count < 2 && policy != "SingleStack")
                list = [list[0], list[0] == "IPv4" ? "IPv6" : "IPv4"];
            spec["ipFamilies"] = new JsonArray([.. list.Select(family => (JsonNode)family)]);
            return;
        }

        if (policy == "RequireDualStack")
            causes.Add(Cause.Invalid("spec.ipFamilyPolicy", GoSyntax.Quote(policy), "this cluster is not configured for dual-stack services"));
        var wanted = spec["ipFamilies"].Texts();
        for (var at = 0; at < wanted.Count; at++)
        {
            if (wanted[at] != "IPv4")
                causes.Add(Cause.Invalid($"spec.ipFamilies[{at}]", GoSyntax.Quote(wanted[at]), "not configured on this cluster"));
        }

        Refuse(name, causes);
        if (wanted.Count == 0)
            spec["ipFamilies"] = new JsonArray("IPv4");
    }

    /// <summary>Checks addresses against families (ValidateServiceClusterIPsRelatedFields).</summary>
    public static void Check(JsonObject spec, List<Cause> causes)
    {
        if (spec["type"].Text() == "ExternalName")
            return;
        var address = spec["clusterIP"].Text() ?? "";
        var addresses = spec["clusterIPs"].Texts();
        if (address.Length > 0 && addresses.Count == 0)
            causes.Add(Cause.Required("spec.clusterIPs"));
        else if (address.Length > 0 && addresses[0] != address)
            causes.Add(Cause.Invalid("spec.clusterIPs", GoSyntax.List(addresses), "first value must match `clusterIP`"));
        else if (address.Length == 0 && addresses.Count > 0)
            causes.Add(Cause.Invalid("spec.clusterIPs", GoSyntax.List(addresses), "must be empty when `clusterIP` is not specified"));

        var families = spec["ipFamilies"].Texts();
        for (var at = 0; at < families.Count; at++)
        {
            if (families[at] is not ("IPv4" or "IPv6"))
                causes.Add(Cause.NotSupported($"spec.ipFamilies[{at}]", GoSyntax.Quote(families[at]), "IPv4", "IPv6"));
            if (families.Take(at).Contains(families[at]))
                causes.Add(Cause.Duplicate($"spec.ipFamilies[{at}]", GoSyntax.Quote(families[at])));
        }

        if (spec["ipFamilyPolicy"].Text() is { } policy && policy is not ("PreferDualStack" or "RequireDualStack" or "SingleStack"))
            causes.Add(Cause.NotSupported("spec.ipFamilyPolicy", GoSyntax.Quote(policy), "PreferDualStack", "RequireDualStack", "SingleStack"));
        var broken = false;
        for (var at = 0; at < addresses.Count; at++)
        {
            if (at == 0 && addresses[at] == "None")
            {
                if (addresses.Count == 1)
                    continue;
                causes.Add(Cause.Invalid("spec.clusterIPs", GoSyntax.List(addresses), "'None' must be the first and only value"));
                broken = true;
            }
            else if (IpText.Parse(addresses[at]) is null)
            {
                causes.Add(Cause.Invalid($"spec.clusterIPs[{at}]", GoSyntax.Quote(addresses[at]), IpText.Problem));
                broken = true;
            }
        }

        if (addresses.Count > 2)
            causes.Add(Cause.Invalid("spec.clusterIPs", GoSyntax.List(addresses), "may only hold up to 2 values"));
        if (broken)
            return;
        if (addresses.Count > 1 && addresses.Select(IpText.IsV6).Distinct().Count() < 2)
            causes.Add(Cause.Invalid("spec.clusterIPs", GoSyntax.List(addresses), "may specify no more than one IP for each IP family"));
        for (var at = 0; at < Math.Min(addresses.Count, families.Count) && addresses is not ["None"]; at++)
        {
            if (families[at] is "IPv4" or "IPv6" && IpText.IsV6(addresses[at]) != (families[at] == "IPv6"))
                causes.Add(Cause.Invalid($"spec.clusterIPs[{at}]", GoSyntax.Quote(addresses[at]), $"expected an {families[at]} value as indicated by `ipFamilies[{at}]`"));
        }
    }

    private static void Refuse(string name, List<Cause> causes)
    {
        if (causes.Count > 0)
            throw Cause.Invalid("", "Service", name, causes);
    }
}
