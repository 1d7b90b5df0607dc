using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>
/// Services: what their strategy and storage prepare (registry/core/service), with the allocation of addresses and node ports, which
/// comes before validation.
/// </summary>
internal sealed class ServiceRules(Kind kind, TypeSchema schema, ServiceAllocator allocator) : KindRules(kind, schema)
{
    public override void PrepareCreate(JsonObject content)
    {
        base.PrepareCreate(content);
        var spec = content["spec"]!.AsObject();
        SyncAddresses(spec, null);
        Allocate(content, spec, null);
    }

    public override void PrepareUpdate(JsonObject next, JsonObject live, string subresource)
    {
        base.PrepareUpdate(next, live, subresource);
        if (subresource.Length > 0)
            return;
        var spec = next["spec"]!.AsObject();
        var old = live["spec"]!.AsObject();
        SyncAddresses(spec, old);
        KeepAllocated(spec, old);
        Allocate(next, spec, old);
        DropWhatTheTypeLacks(spec, old);
        if (spec["type"].Text() != "LoadBalancer" && old["type"].Text() == "LoadBalancer")
            next["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
    }

    private protected override void CheckCreate(JsonObject content, List<Cause> causes) => ServiceValidation.Check(content, causes);

    private protected override void CheckUpdate(JsonObject next, JsonObject live, string subresource, List<Cause> causes)
    {
        if (subresource.Length > 0)
            return;
        ServiceValidation.CheckChange(next["spec"]!.AsObject(), live["spec"]!.AsObject(), causes);
        ServiceValidation.Check(next, causes);
    }

    // normalizeClusterIPs: clients that know only one of clusterIP and clusterIPs may set it alone.
    private static void SyncAddresses(JsonObject spec, JsonObject? old)
    {
        var address = spec["clusterIP"].Text() ?? "";
        if (old is null)
        {
            if (address.Length > 0 && spec["clusterIPs"].Texts().Count == 0)
                spec["clusterIPs"] = new JsonArray(address);
            return;
        }

        var before = old["clusterIP"].Text() ?? "";
        var sameList = JsonTree.AreEqual(spec["clusterIPs"], old["clusterIPs"]);
        if (address != before && sameList)
        {
            if (address.Length == 0)
                spec.Remove("clusterIPs");
            else
                spec["clusterIPs"] = new JsonArray(address);
        }
        else if (address == before && !sameList && spec["clusterIPs"].Texts().Count == 0)
        {
            spec.Remove("clusterIP");
        }
    }

    // patchAllocatedValues
    private static void KeepAllocated(JsonObject spec, JsonObject old)
    {
        if (NeedsAddress(old) && NeedsAddress(spec))
        {
            if (spec["clusterIP"].Text() is null or "")
                Keep(spec, old, "clusterIP");
            if (spec["clusterIPs"].Texts().Count == 0 && JsonTree.AreEqual(spec["clusterIP"], old["clusterIP"]))
                Keep(spec, old, "clusterIPs");
        }

        if (NeedsNodePort(old) && NeedsNodePort(spec))
        {
            var taken = NodePorts(old).Intersect(NodePorts(spec)).ToHashSet();
            foreach (var port in spec["ports"].Objects().Where(port => port["nodePort"].Number() is null or 0))
            {
                var same = old["ports"].Objects().LastOrDefault(item => (item["name"].Text() ?? "") == (port["name"].Text() ?? ""));
                if (same?["nodePort"].Number() is > 0 and var number && !taken.Contains(number))
                    port["nodePort"] = number;
            }
        }

        if (NeedsHealthPort(old) && NeedsHealthPort(spec) && spec["healthCheckNodePort"].Number() is null or 0)
            Keep(spec, old, "healthCheckNodePort");
    }

    private void Allocate(JsonObject service, JsonObject spec, JsonObject? old)
    {
        var name = service["metadata"]?["name"].Text() ?? "";
        if (spec["type"].Text() != "ExternalName")
        {
            ServiceFamilies.Settle(name, spec, old);
            allocator.Address(name, spec, old);
        }

        if (NeedsNodePort(spec))
            allocator.NodePorts(name, spec, old);
        if (NeedsHealthPort(spec) && spec["healthCheckNodePort"].Number() is null or 0)
            spec["healthCheckNodePort"] = allocator.NodePort();
    }

    // dropTypeDependentFields: what a type cannot have goes with the type, unless it was changed as well.
    private static void DropWhatTheTypeLacks(JsonObject spec, JsonObject old)
    {
        if (NeedsAddress(old) && !NeedsAddress(spec))
        {
            if (JsonTree.AreEqual(spec["clusterIP"], old["clusterIP"]) && JsonTree.AreEqual(spec["clusterIPs"], old["clusterIPs"]))
                Drop(spec, "clusterIP", "clusterIPs");
            DropIfSame(spec, old, "ipFamilies", "ipFamilyPolicy");
        }

        if (NeedsNodePort(old) && !NeedsNodePort(spec))
        {
            if (NodePorts(spec).SequenceEqual(NodePorts(old)))
            {
                foreach (var port in spec["ports"].Objects())
                    port.Remove("nodePort");
            }

            DropIfSame(spec, old, "externalTrafficPolicy");
        }

        if (NeedsHealthPort(old) && !NeedsHealthPort(spec))
            DropIfSame(spec, old, "healthCheckNodePort");
        if (old["type"].Text() == "LoadBalancer" && spec["type"].Text() != "LoadBalancer")
            DropIfSame(spec, old, "loadBalancerClass", "allocateLoadBalancerNodePorts");
    }

    private static void DropIfSame(JsonObject spec, JsonObject old, params string[] names) =>
        Drop(spec, [.. names.Where(name => JsonTree.AreEqual(spec[name], old[name]))]);

    private static void Drop(JsonObject spec, params string[] names)
    {
        foreach (var name in names)
            spec.Remove(name);
    }

    private static List<long> NodePorts(JsonObject spec) => [.. spec["ports"].Objects().Select(port => port["nodePort"].Number() ?? 0)];

    private static bool NeedsAddress(JsonObject spec) => spec["type"].Text() is "ClusterIP" or "NodePort" or "LoadBalancer";

    private static bool NeedsNodePort(JsonObject spec) => spec["type"].Text() is "NodePort" or "LoadBalancer";

    private static bool NeedsHealthPort(JsonObject spec) => spec["type"].Text() == "LoadBalancer" && spec["externalTrafficPolicy"].Text() == "Local";
}
