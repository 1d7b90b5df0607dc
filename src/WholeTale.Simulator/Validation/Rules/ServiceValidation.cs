using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation.Pods;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>The checks of a Service (apis/core/validation, ValidateService and ValidateServiceUpdate).</summary>
internal static class ServiceValidation
{
    private const string _sourceRanges = "service.beta.kubernetes.io/load-balancer-source-ranges";

    public static void Check(JsonObject service, List<Cause> causes)
    {
        var spec = service["spec"]!.AsObject();
        var type = spec["type"].Text() ?? "";
        var ports = spec["ports"].Objects().ToList();
        var headless = IsHeadless(spec);
        if (ports.Count == 0 && !headless && type != "ExternalName")
            causes.Add(Cause.Required("spec.ports"));
        ByType(spec, type, ports, headless, causes);

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < ports.Count; at++)
            Port(ports[at], $"spec.ports[{at}]", ports.Count > 1, names, causes);
        MetadataValidation.Labels(spec["selector"], "spec.selector", causes);
        Affinity(spec, causes);
        ServiceFamilies.Check(spec, causes);
        var externals = spec["externalIPs"].Texts();
        for (var at = 0; at < externals.Count; at++)
        {
            if (IpText.Parse(externals[at]) is null)
                causes.Add(Cause.Invalid($"spec.externalIPs[{at}]", GoSyntax.Quote(externals[at]), IpText.Problem));
            else
                IpText.NotSpecial(externals[at], $"spec.externalIPs[{at}]", causes);
        }

        if (type is not ("ClusterIP" or "ExternalName" or "LoadBalancer" or "NodePort"))
            causes.Add(Cause.NotSupported("spec.type", GoSyntax.Quote(type), "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"));
        for (var at = 0; at < ports.Count && type == "ClusterIP"; at++)
        {
            if (ports[at]["nodePort"].Number() is not (null or 0))
                causes.Add(Cause.Forbidden($"spec.ports[{at}].nodePort", "may not be used when `type` is 'ClusterIP'"));
        }

        Duplicates(ports, causes);
        LoadBalancing(service, spec, type, causes);
        TrafficPolicies(spec, type, causes);
    }

    public static void CheckChange(JsonObject spec, JsonObject old, List<Cause> causes)
    {
        var external = spec["type"].Text() == "ExternalName" || old["type"].Text() == "ExternalName";
        if (!external && !(IsHeadless(spec) && IsHeadless(old)))
            Unchanged(spec["clusterIPs"].Texts(), old["clusterIPs"].Texts(), "spec.clusterIPs", "primary clusterIP can not be unset", causes);
        if (!external && !IsHeadless(spec) && !IsHeadless(old))
            Unchanged(spec["ipFamilies"].Texts(), old["ipFamilies"].Texts(), "spec.ipFamilies", "primary ipFamily can not be unset", causes);
        var (balanced, was) = (spec["type"].Text() == "LoadBalancer", old["type"].Text() == "LoadBalancer");
        if (balanced && was && spec["loadBalancerClass"].Text() != old["loadBalancerClass"].Text())
            causes.Add(Cause.Invalid("spec.loadBalancerClass", GoSyntax.Value(spec["loadBalancerClass"]), "may not change once set"));
        LoadBalancerClass(spec, causes);
        if (NeedsHealthCheck(spec) && NeedsHealthCheck(old) && spec["healthCheckNodePort"].Number() != old["healthCheckNodePort"].Number())
            causes.Add(Cause.Forbidden("spec.healthCheckNodePort", "field is immutable"));
    }

    private static void Unchanged(IReadOnlyList<string> next, IReadOnlyList<string> old, string field, string unset, List<Cause> causes)
    {
        if (next.Count == 0 && old.Count > 0)
            causes.Add(Cause.Invalid(field + "[0]", "[]string(nil)", unset));
        for (var at = 0; at < Math.Min(next.Count, old.Count); at++)
        {
            if (next[at] != old[at])
                causes.Add(Cause.Invalid($"{field}[{at}]", field == "spec.ipFamilies" ? "[]core.IPFamily{" + string.Join(", ", next.Select(GoSyntax.Quote)) + "}" : GoSyntax.List(next), "may not change once set"));
        }
    }

    private static void ByType(JsonObject spec, string type, List<JsonObject> ports, bool headless, List<Cause> causes)
    {
        for (var at = 0; at < ports.Count && type == "LoadBalancer"; at++)
        {
            if (ports[at]["port"].Number() == 10250)
                causes.Add(Cause.Invalid($"spec.ports[{at}]", "10250", "may not expose port 10250 externally since it is used by kubelet"));
        }

        if (headless && type is "LoadBalancer" or "NodePort" && headless)
            causes.Add(Cause.Invalid("spec.clusterIPs[0]", GoSyntax.Quote("None"), $"may not be set to 'None' for {type} services"));
        if (type != "ExternalName")
            return;
        foreach (var member in new[] { "clusterIPs", "ipFamilies" })
        {
            if (spec[member].Texts().Count > 0)
                causes.Add(Cause.Forbidden("spec." + member, "may not be set for ExternalName services"));
        }

        if (spec["ipFamilyPolicy"] is not null)
            causes.Add(Cause.Forbidden("spec.ipFamilyPolicy", "may not be set for ExternalName services"));
        var external = spec["externalName"].Text() ?? "";
        external = external.EndsWith('.') ? external[..^1] : external;
        if (external.Length == 0)
            causes.Add(Cause.Required("spec.externalName"));
        else
            causes.AddRange(Names.Dns1123Subdomain(external).Select(problem => Cause.Invalid("spec.externalName", GoSyntax.Quote(external), problem)));
    }

    private static void Port(JsonObject port, string path, bool named, HashSet<string> names, List<Cause> causes)
    {
        var name = port["name"].Text() ?? "";
        if (named && name.Length == 0)
        {
            causes.Add(Cause.Required(path + ".name"));
        }
        else if (name.Length > 0)
        {
            causes.AddRange(Names.Dns1123Label(name).Select(problem => Cause.Invalid(path + ".name", GoSyntax.Quote(name), problem)));
            if (!names.Add(name))
                causes.Add(Cause.Duplicate(path + ".name", GoSyntax.Quote(name)));
        }

        PortChecks.PortNumber(port["port"].Number() ?? 0, path + ".port", causes);
        if (port["protocol"].Text() is not ("SCTP" or "TCP" or "UDP"))
            causes.Add(Cause.NotSupported(path + ".protocol", GoSyntax.Quote(port["protocol"].Text() ?? ""), "SCTP", "TCP", "UDP"));
        if (port["targetPort"].Text() is { } target)
            causes.AddRange(PortChecks.PortName(target).Select(problem => Cause.Invalid(path + ".targetPort", GoSyntax.Quote(target), problem)));
        else
            PortChecks.PortNumber(port["targetPort"].Number() ?? 0, path + ".targetPort", causes);
        if (port["appProtocol"].Text() is { } protocol)
            causes.AddRange(Names.QualifiedName(protocol).Select(problem => Cause.Invalid(path + ".appProtocol", GoSyntax.Quote(protocol), problem)));
    }

    private static void Affinity(JsonObject spec, List<Cause> causes)
    {
        var affinity = spec["sessionAffinity"].Text() ?? "";
        if (affinity is not ("ClientIP" or "None"))
            causes.Add(Cause.NotSupported("spec.sessionAffinity", GoSyntax.Quote(affinity), "ClientIP", "None"));
        if (affinity == "ClientIP" && spec["sessionAffinityConfig"]?["clientIP"]?["timeoutSeconds"].Number() is { } timeout and (<= 0 or > 86400))
            causes.Add(Cause.Invalid("spec.sessionAffinityConfig.clientIP.timeoutSeconds", timeout.ToString(CultureInfo.InvariantCulture), "must be greater than 0 and less than 86400"));
        if (affinity == "None" && spec["sessionAffinityConfig"] is not null)
            causes.Add(Cause.Forbidden("spec.sessionAffinityConfig", "must not be set when session affinity is None"));
    }

    private static void Duplicates(List<JsonObject> ports, List<Cause> causes)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < ports.Count; at++)
        {
            if (ports[at]["nodePort"].Number() is not (null or 0) and var number && !seen.Add($"{ports[at]["protocol"].Text()}/node/{number}"))
                causes.Add(Cause.Duplicate($"spec.ports[{at}].nodePort", number.Value.ToString(CultureInfo.InvariantCulture)));
        }

        for (var at = 0; at < ports.Count; at++)
        {
            var (protocol, port) = (ports[at]["protocol"].Text() ?? "", ports[at]["port"].Number());
            if (!seen.Add($"{protocol}/{port}"))
            {
                causes.Add(Cause.Duplicate(
                    $"spec.ports[{at}]",
                    $"core.ServicePort{{Name:\"\", Protocol:{GoSyntax.Quote(protocol)}, AppProtocol:(*string)(nil), Port:{port}, TargetPort:intstr.IntOrString{{Type:0, IntVal:0, StrVal:\"\"}}, NodePort:0}}"));
            }
        }
    }

    private static void LoadBalancing(JsonObject service, JsonObject spec, string type, List<Cause> causes)
    {
        var ranges = spec["loadBalancerSourceRanges"].Texts();
        var annotation = service["metadata"]?["annotations"]?[_sourceRanges].Text();
        if (ranges.Count > 0 || annotation is not null)
        {
            var field = ranges.Count > 0 ? "spec.LoadBalancerSourceRanges" : $"metadata.annotations[{_sourceRanges}]";
            var listed = ranges.Count > 0 ? ranges : [.. annotation!.Split(',').Where(range => range.Trim().Length > 0)];
            if (type != "LoadBalancer")
                causes.Add(Cause.Forbidden(field, "may only be used when `type` is 'LoadBalancer'"));
            if (listed.Any(range => IpText.ParseRange(range.Trim()) is null))
                causes.Add(Cause.Invalid(field, GoSyntax.Quote(ranges.Count > 0 ? "[" + string.Join(' ', ranges) + "]" : annotation!), "must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 "));
        }

        if (spec["allocateLoadBalancerNodePorts"] is not null && type != "LoadBalancer")
            causes.Add(Cause.Forbidden("spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'"));
        LoadBalancerClass(spec, causes);
    }

    private static void LoadBalancerClass(JsonObject spec, List<Cause> causes)
    {
        if (spec["loadBalancerClass"].Text() is not { } name)
            return;
        if (spec["type"].Text() == "LoadBalancer")
            causes.AddRange(Names.QualifiedName(name).Select(problem => Cause.Invalid("spec.loadBalancerClass", GoSyntax.Quote(name), problem)));
        else
            causes.Add(Cause.Forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'"));
    }

    private static void TrafficPolicies(JsonObject spec, string type, List<Cause> causes)
    {
        var policy = spec["externalTrafficPolicy"].Text() ?? "";
        if (type is not ("LoadBalancer" or "NodePort") && policy.Length > 0)
            causes.Add(Cause.Invalid("spec.externalTrafficPolicy", GoSyntax.Quote(policy), "may only be set when `type` is 'NodePort' or 'LoadBalancer'"));
        else if (type is "LoadBalancer" or "NodePort" && policy is not ("Cluster" or "Local"))
            causes.Add(policy.Length == 0 ? Cause.Required("spec.externalTrafficPolicy") : Cause.NotSupported("spec.externalTrafficPolicy", GoSyntax.Quote(policy), "Cluster", "Local"));
        var port = spec["healthCheckNodePort"].Number() ?? 0;
        if (!NeedsHealthCheck(spec) && port != 0)
            causes.Add(Cause.Invalid("spec.healthCheckNodePort", port.ToString(CultureInfo.InvariantCulture), "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"));
        else if (NeedsHealthCheck(spec))
            PortChecks.PortNumber(port, "spec.healthCheckNodePort", causes);
        if (spec["internalTrafficPolicy"].Text() is { } inner && inner is not ("Cluster" or "Local"))
            causes.Add(Cause.NotSupported("spec.internalTrafficPolicy", GoSyntax.Quote(inner), "Cluster", "Local"));
    }

    private static bool NeedsHealthCheck(JsonObject spec) => spec["type"].Text() == "LoadBalancer" && spec["externalTrafficPolicy"].Text() == "Local";

    private static bool IsHeadless(JsonObject spec) => spec["clusterIPs"].Texts() is ["None"];
}
