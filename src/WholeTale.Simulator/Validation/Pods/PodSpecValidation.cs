using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Pods;

/// <summary>Checks of a pod's spec (pkg/apis/core/validation, ValidatePodSpec), in its order.</summary>
internal sealed class PodSpecValidation(List<Cause> causes)
{
    public void Check(JsonObject spec, string field)
    {
        var volumes = new PodVolumeChecks(causes);
        var checks = new ContainerChecks(causes, volumes);
        var placement = new PlacementChecks(causes);
        volumes.Check(spec["volumes"] as JsonArray ?? [], field + ".volumes");
        var containers = spec["containers"] as JsonArray;
        if (containers is not { Count: > 0 })
            causes.Add(Cause.Required(field + ".containers"));
        else
            checks.Check(containers, field + ".containers", isInit: false);
        checks.CheckInit(spec["initContainers"] as JsonArray ?? [], containers ?? [], field + ".initContainers");
        causes.OneOf(spec["restartPolicy"], field + ".restartPolicy", "Always", "OnFailure", "Never");
        DnsPolicy(spec, field);
        PodSecurity(spec["securityContext"] as JsonObject, field + ".securityContext");
        HostNetwork(spec, field);
        placement.NodeTerms(spec["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"], field + ".affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution");
        if (spec["serviceAccountName"].Text() is { Length: > 0 } account)
            causes.Named(Names.Dns1123Subdomain(account), field + ".serviceAccountName", account);
        if (spec["nodeName"].Text() is { Length: > 0 } node)
            causes.Named(Names.Dns1123Subdomain(node), field + ".nodeName", node);
        MetadataValidation.Labels(spec["nodeSelector"], field + ".nodeSelector", causes);
        if (spec["activeDeadlineSeconds"].Number() is { } deadline && deadline is < 1 or > int.MaxValue)
            causes.Add(Cause.Invalid(field + ".activeDeadlineSeconds", GoSyntax.Number(deadline), "must be between 1 and 2147483647, inclusive"));
        if (spec["hostname"].Text() is { Length: > 0 } hostname)
            causes.Named(Names.Dns1123Label(hostname), field + ".hostname", hostname);
        if (spec["subdomain"].Text() is { Length: > 0 } subdomain)
            causes.Named(Names.Dns1123Label(subdomain), field + ".subdomain", subdomain);
        placement.Tolerations(spec["tolerations"] as JsonArray ?? [], field + ".tolerations");
        if (spec["priorityClassName"].Text() is { Length: > 0 } priority)
            causes.Named(Names.Dns1123Subdomain(priority), field + ".priorityClassName", priority);
        HostAliases(spec["hostAliases"] as JsonArray ?? [], field + ".hostAliases");
        placement.Spread(spec["topologySpreadConstraints"] as JsonArray ?? [], field + ".topologySpreadConstraints");
    }

    private void HostNetwork(JsonObject spec, string field)
    {
        if (spec["hostNetwork"].Flag() != true)
            return;
        var containers = spec["containers"].Objects().ToList();
        for (var at = 0; at < containers.Count; at++)
        {
            var ports = containers[at]["ports"].Objects().ToList();
            for (var port = 0; port < ports.Count; port++)
            {
                if (ports[port]["hostPort"].Number() != ports[port]["containerPort"].Number())
                    causes.Add(Cause.Invalid($"{field}.containers[{at}].ports[{port}].containerPort", GoSyntax.Value(ports[port]["containerPort"]), "must match `hostPort` when `hostNetwork` is true"));
            }
        }
    }

    private void PodSecurity(JsonObject? context, string path)
    {
        foreach (var member in new[] { "runAsUser", "runAsGroup", "fsGroup" })
        {
            if (context?[member].Number() is { } id and (< 0 or > int.MaxValue))
                causes.Add(Cause.Invalid($"{path}.{member}", GoSyntax.Number(id), "must be between 0 and 2147483647, inclusive"));
        }

        if (context?["fsGroupChangePolicy"] is { } policy)
            causes.OneOf(policy, path + ".fsGroupChangePolicy", "Always", "OnRootMismatch");
    }

    private void DnsPolicy(JsonObject spec, string field)
    {
        // The order is that of the switch in the real check.
        if (spec["dnsPolicy"].Text() is not ("ClusterFirstWithHostNet" or "ClusterFirst" or "Default" or "None") and var policy)
            causes.Add(Cause.NotSupported(field + ".dnsPolicy", GoSyntax.Quote(policy ?? ""), "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"));
        if (spec["dnsPolicy"].Text() == "None" && spec["dnsConfig"] is null)
            causes.Add(Cause.Required(field + ".dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None"));
    }

    private void HostAliases(JsonArray aliases, string field)
    {
        for (var at = 0; at < aliases.Count; at++)
        {
            var ip = aliases[at]?["ip"].Text() ?? "";
            if (!System.Net.IPAddress.TryParse(ip, out _))
                causes.Add(Cause.Invalid(field + ".ip", GoSyntax.Quote(ip), "must be valid IP address"));
            foreach (var name in (aliases[at]?["hostnames"] as JsonArray ?? []).Select(item => item.Text() ?? ""))
                causes.AddRange(Names.Dns1123Subdomain(name).Select(problem => Cause.Invalid(field + ".hostnames", GoSyntax.Quote(name), problem)));
        }
    }
}
