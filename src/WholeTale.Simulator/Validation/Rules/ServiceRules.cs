using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>Services, with the allocation of their addresses and node ports.</summary>
internal sealed class ServiceRules(Kind kind, TypeSchema schema, ServiceAllocator allocator) : KindRules(kind, schema)
{
    public override void PrepareCreate(JsonObject content)
    {
        base.PrepareCreate(content);
        var spec = content["spec"]!.AsObject();
        if (spec["type"].Text() == "ExternalName")
            return;
        Families(spec);
        var address = spec["clusterIP"].Text() ?? (spec["clusterIPs"] as JsonArray)?[0].Text() ?? "";
        if (address.Length == 0)
            address = allocator.Address();
        spec["clusterIP"] = address;
        spec["clusterIPs"] = new JsonArray(address);
        NodePorts(spec, null);
    }

    public override void PrepareUpdate(JsonObject next, JsonObject live, string subresource)
    {
        base.PrepareUpdate(next, live, subresource);
        if (subresource.Length > 0)
            return;
        var spec = next["spec"]!.AsObject();
        var old = live["spec"]!.AsObject();
        var type = spec["type"].Text();
        // What the server gave is kept when an update leaves it out (patchAllocatedValues).
        if (type != "ExternalName")
        {
            if (old["type"].Text() == "ExternalName")
            {
                Families(spec);
                if (spec["clusterIP"].Text() is null or "")
                    spec["clusterIP"] = allocator.Address();
                spec["clusterIPs"] = new JsonArray(spec["clusterIP"]!.DeepClone());
            }
            else
            {
                foreach (var member in new[] { "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy" })
                {
                    if (spec[member] is null || spec[member].Text() is "")
                        Keep(spec, old, member);
                }

                if (spec["clusterIP"].Text() is { } address && address != old["clusterIP"].Text() && JsonTree.AreEqual(spec["clusterIPs"], old["clusterIPs"]))
                    spec["clusterIPs"] = new JsonArray(address);
            }

            NodePorts(spec, old);
        }
        else if (old["type"].Text() != "ExternalName")
        {
            foreach (var member in new[] { "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy" })
            {
                if (JsonTree.AreEqual(spec[member], old[member]))
                    spec.Remove(member);
            }
        }

        if (type is not ("NodePort" or "LoadBalancer"))
        {
            foreach (var port in (spec["ports"] as JsonArray ?? []).OfType<JsonObject>())
                port.Remove("nodePort");
            spec.Remove("externalTrafficPolicy");
            spec.Remove("healthCheckNodePort");
        }

        if (type != "LoadBalancer")
        {
            spec.Remove("allocateLoadBalancerNodePorts");
            next["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
        }
    }

    private protected override void CheckCreate(JsonObject content, List<Cause> causes)
    {
        Check(content["spec"]!.AsObject(), causes);
    }

    private protected override void CheckUpdate(JsonObject next, JsonObject live, string subresource, List<Cause> causes)
    {
        if (subresource.Length > 0)
            return;
        var spec = next["spec"]!.AsObject();
        var old = live["spec"]!.AsObject();
        if (spec["type"].Text() != "ExternalName" && old["type"].Text() != "ExternalName" && spec["clusterIP"].Text() != old["clusterIP"].Text())
            causes.Add(Cause.Invalid("spec.clusterIPs[0]", GoSyntax.List([spec["clusterIP"].Text() ?? ""]), "may not change once set"));
        Check(spec, causes);
    }

    private static void Check(JsonObject spec, List<Cause> causes)
    {
        var type = spec["type"].Text() ?? "";
        var ports = spec["ports"] as JsonArray ?? [];
        var headless = spec["clusterIP"].Text() == "None";
        if (ports.Count == 0 && !headless && type != "ExternalName")
            causes.Add(Cause.Required("spec.ports"));
        if (type == "LoadBalancer" && headless)
            causes.Add(Cause.Invalid("spec.clusterIPs[0]", GoSyntax.Quote("None"), "may not be set to 'None' for LoadBalancer services"));
        if (type == "NodePort" && headless)
            causes.Add(Cause.Invalid("spec.clusterIPs[0]", GoSyntax.Quote("None"), "may not be set to 'None' for NodePort services"));
        if (type == "ExternalName")
        {
            if (spec["externalName"].Text() is not { Length: > 0 } external)
                causes.Add(Cause.Required("spec.externalName"));
            else
                causes.AddRange(Names.Dns1123Subdomain(external.TrimEnd('.')).Select(problem => Cause.Invalid("spec.externalName", GoSyntax.Quote(external), problem)));
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < ports.Count; at++)
            Port((JsonObject)ports[at]!, $"spec.ports[{at}]", ports.Count > 1, headless, names, causes);
        MetadataValidation.Labels(spec["selector"], "spec.selector", causes);
        if (spec["sessionAffinity"].Text() is not ("ClientIP" or "None"))
            causes.Add(Cause.NotSupported("spec.sessionAffinity", GoSyntax.Quote(spec["sessionAffinity"].Text() ?? ""), "ClientIP", "None"));
        if (type is not ("ClusterIP" or "ExternalName" or "LoadBalancer" or "NodePort"))
            causes.Add(Cause.NotSupported("spec.type", GoSyntax.Quote(type), "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < ports.Count; at++)
        {
            if (!seen.Add($"{ports[at]?["protocol"].Text()}/{ports[at]?["port"].Number()}"))
            {
                causes.Add(Cause.Duplicate(
                    $"spec.ports[{at}]",
                    $"core.ServicePort{{Name:\"\", Protocol:{GoSyntax.Quote(ports[at]?["protocol"].Text() ?? "")}, AppProtocol:(*string)(nil), Port:{ports[at]?["port"].Number()}, TargetPort:intstr.IntOrString{{Type:0, IntVal:0, StrVal:\"\"}}, NodePort:0}}"));
            }
        }
    }

    private static void Port(JsonObject port, string path, bool named, bool headless, HashSet<string> names, List<Cause> causes)
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

        PodSpecValidation.PortNumber(port["port"].Number() ?? 0, path + ".port", causes);
        if (port["protocol"].Text() is not ("SCTP" or "TCP" or "UDP"))
            causes.Add(Cause.NotSupported(path + ".protocol", GoSyntax.Quote(port["protocol"].Text() ?? ""), "SCTP", "TCP", "UDP"));
        if (port["targetPort"].Text() is { } target)
            causes.AddRange(PodSpecValidation.PortName(target).Select(problem => Cause.Invalid(path + ".targetPort", GoSyntax.Quote(target), problem)));
        else
            PodSpecValidation.PortNumber(port["targetPort"].Number() ?? 0, path + ".targetPort", causes);
        _ = headless;
    }

    private static void Families(JsonObject spec)
    {
        spec["ipFamilies"] ??= new JsonArray("IPv4");
        spec["ipFamilyPolicy"] ??= "SingleStack";
    }

    private void NodePorts(JsonObject spec, JsonObject? old)
    {
        if (spec["type"].Text() is not ("NodePort" or "LoadBalancer") || spec["allocateLoadBalancerNodePorts"].Flag() == false && spec["type"].Text() == "LoadBalancer")
            return;
        var olds = (old?["ports"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        foreach (var port in (spec["ports"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (port["nodePort"].Number() is > 0)
                continue;
            var same = olds.Find(item => item["port"].Number() == port["port"].Number() && item["protocol"].Text() == port["protocol"].Text());
            port["nodePort"] = same?["nodePort"].Number() is > 0 and var kept ? kept : long.Parse(allocator.NodePort(), CultureInfo.InvariantCulture);
        }
    }
}
