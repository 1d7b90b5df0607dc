using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;
using static WholeTale.Simulator.Api.Printing.Values;

namespace WholeTale.Simulator.Api.Printing;

/// <summary>Rows of the remaining built-in kinds.</summary>
internal static class CorePrinters
{
    private static readonly Column _name = new("Name", Description: Descriptions.Name, Format: "name");
    private static readonly Column _age = new("Age", Description: Descriptions.Created);
    private static readonly Column _created = new("Created At", Description: Descriptions.Created, Format: "date-time");

    public static Printer Default { get; } = new([_name, _age], (item, now) => [Name(item), Age(item, now)]);

    public static Printer NameOnly { get; } = new([_name, _created], (item, _) => [Name(item), item["metadata"]?["creationTimestamp"].Text()]);

    public static Printer ConfigMap { get; } = new(
        [_name, new("Data", Description: Descriptions.ConfigData), _age],
        (item, now) => [Name(item), Items(item["data"]) + Items(item["binaryData"]), Age(item, now)]);

    public static Printer Secret { get; } = new(
        [_name, new("Type", Description: "Used to facilitate programmatic handling of secret data. More info: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types"), new("Data", Description: "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The serialized form of the secret data is a base64 encoded string, representing the arbitrary (possibly non-string) data value here. Described in https://tools.ietf.org/html/rfc4648#section-4"), _age],
        (item, now) => [Name(item), item["type"].Text(), Items(item["data"]), Age(item, now)]);

    public static Printer ServiceAccount { get; } = new(
        [_name, new("Secrets"), _age],
        (item, now) => [Name(item), Items(item["secrets"]), Age(item, now)]);

    public static Printer Namespace { get; } = new(
        [_name, new("Status", Description: "The status of the namespace"), _age],
        (item, now) => [Name(item), item["status"]?["phase"].Text() ?? "", Age(item, now)]);

    public static Printer Service { get; } = new(
        [
            _name,
            new("Type", Description: Descriptions.ServiceType),
            new("Cluster-IP", Description: Descriptions.ClusterIp),
            new("External-IP", Description: Descriptions.ExternalIps),
            new("Port(s)", Description: Descriptions.ServicePorts),
            _age,
            new("Selector", Priority: 1, Description: Descriptions.ServiceSelector),
        ],
        (item, now) =>
        [
            Name(item), item["spec"]?["type"].Text() ?? "", OrNone(item["spec"]?["clusterIP"].Text()), ExternalIp(item), Ports(item), Age(item, now),
            LabelText(item["spec"]?["selector"]),
        ]);

    public static Printer Endpoints { get; } = new(
        [_name, new("Endpoints"), _age],
        (item, now) => [Name(item), Addresses(item), Age(item, now)]);

    public static Printer EndpointSlice { get; } = new(
        [_name, new("AddressType"), new("Ports"), new("Endpoints"), _age],
        (item, now) =>
        [
            Name(item), item["addressType"].Text() ?? "", Some((item["ports"] as JsonArray ?? []).Select(port => Show(port?["port"])), "<unset>"),
            Some((item["endpoints"] as JsonArray ?? []).SelectMany(endpoint => (endpoint?["addresses"] as JsonArray ?? []).Select(address => address.Text() ?? "")), "<unset>"),
            Age(item, now),
        ]);

    public static Printer Claim { get; } = new(
        [
            _name,
            new("Status", Description: "phase represents the current phase of PersistentVolumeClaim."),
            new("Volume", Description: "volumeName is the binding reference to the PersistentVolume backing this claim."),
            new("Capacity", Description: "capacity represents the actual resources of the underlying volume."),
            new("Access Modes", Description: Descriptions.ClaimModes),
            new("StorageClass", Description: "StorageClass of the pvc"),
            _age,
            new("VolumeMode", Priority: 1, Description: Descriptions.ClaimVolumeMode),
        ],
        (item, now) =>
        {
            var bound = item["spec"]?["volumeName"].Text() is { Length: > 0 };
            return
            [
                Name(item), item["metadata"]?["deletionTimestamp"] is null ? item["status"]?["phase"].Text() ?? "" : "Terminating", item["spec"]?["volumeName"].Text() ?? "",
                bound ? item["status"]?["capacity"]?["storage"].Text() ?? "" : "", bound ? AccessModes(item["status"]?["accessModes"]) : "",
                item["spec"]?["storageClassName"].Text() ?? "", Age(item, now), item["spec"]?["volumeMode"].Text() ?? "<unset>",
            ];
        });

    public static Printer Volume { get; } = new(
        [
            _name, new("Capacity"), new("Access Modes"), new("Reclaim Policy"), new("Status"), new("Claim"), new("StorageClass"), new("Reason"), _age,
            new("VolumeMode", Priority: 1),
        ],
        (item, now) =>
        [
            Name(item), item["spec"]?["capacity"]?["storage"].Text() ?? "", AccessModes(item["spec"]?["accessModes"]),
            item["spec"]?["persistentVolumeReclaimPolicy"].Text() ?? "",
            item["metadata"]?["deletionTimestamp"] is null ? item["status"]?["phase"].Text() ?? "" : "Terminating",
            item["spec"]?["claimRef"] is { } claim ? claim["namespace"].Text() + "/" + claim["name"].Text() : "", item["spec"]?["storageClassName"].Text() ?? "",
            item["status"]?["reason"].Text() ?? "", Age(item, now), item["spec"]?["volumeMode"].Text() ?? "<unset>",
        ]);

    public static Printer StorageClass { get; } = new(
        [_name, new("Provisioner"), new("ReclaimPolicy"), new("VolumeBindingMode"), new("AllowVolumeExpansion"), _age],
        (item, now) =>
        [
            Name(item) + (item["metadata"]?["annotations"]?["storageclass.kubernetes.io/is-default-class"].Text() == "true" ? " (default)" : ""),
            item["provisioner"].Text() ?? "", item["reclaimPolicy"].Text() ?? "Delete", item["volumeBindingMode"].Text() ?? "<unset>",
            item["allowVolumeExpansion"].Flag() == true, Age(item, now),
        ]);

    public static Printer Node { get; } = new(
        [
            _name, new("Status"), new("Roles"), _age, new("Version"), new("Internal-IP", Priority: 1), new("External-IP", Priority: 1), new("OS-Image", Priority: 1),
            new("Kernel-Version", Priority: 1), new("Container-Runtime", Priority: 1),
        ],
        (item, now) =>
        {
            var info = item["status"]?["nodeInfo"];
            var ready = (item["status"]?["conditions"] as JsonArray ?? []).FirstOrDefault(condition => condition?["type"].Text() == "Ready")?["status"].Text();
            var status = ready switch { "True" => "Ready", null => "Unknown", _ => "NotReady" };
            if (item["spec"]?["unschedulable"].Flag() == true)
                status += ",SchedulingDisabled";
            var roles = (item["metadata"]?["labels"] as JsonObject ?? []).Where(label => label.Key.StartsWith("node-role.kubernetes.io/", StringComparison.Ordinal))
                .Select(label => label.Key["node-role.kubernetes.io/".Length..]).Order(StringComparer.Ordinal);
            return
            [
                Name(item), status, Some(roles, None), Age(item, now), info?["kubeletVersion"].Text() ?? "", Address(item, "InternalIP"), Address(item, "ExternalIP"),
                Unknown(info?["osImage"]), Unknown(info?["kernelVersion"]), Unknown(info?["containerRuntimeVersion"]),
            ];
        });

    public static Printer Event { get; } = new(
        [
            new("Last Seen"), new("Type"), new("Reason"), new("Object"), new("Subobject", Priority: 1), new("Source", Priority: 1), new("Message"),
            new("First Seen", Priority: 1), new("Count", Priority: 1), new("Name", Priority: 1, Format: "name"),
        ],
        (item, now) =>
        {
            var about = item["involvedObject"];
            var first = Since(item["firstTimestamp"].Text() ?? item["eventTime"].Text(), now);
            var source = string.Join(", ", new[] { item["source"]?["component"].Text() ?? item["reportingComponent"].Text(), item["source"]?["host"].Text() }
                .Where(part => !string.IsNullOrEmpty(part)));
            return
            [
                item["lastTimestamp"].Text() is { } last ? Since(last, now) : first, item["type"].Text() ?? "", item["reason"].Text() ?? "",
                (about?["kind"].Text() ?? "").ToLowerInvariant() + "/" + about?["name"].Text(), about?["fieldPath"].Text() ?? "", source,
                (item["message"].Text() ?? "").Trim(), first, item["count"].Number() ?? 1, Name(item),
            ];
        });

    public static Printer Ingress { get; } = new(
        [
            _name,
            new("Class", Description: "The name of the IngressClass resource that should be used for additional configuration"),
            new("Hosts", Description: "Hosts that incoming requests are matched against before the ingress rule"),
            new("Address", Description: "Address is a list containing ingress points for the load-balancer"),
            new("Ports", Description: "Ports of TLS configurations that open"),
            _age,
        ],
        (item, now) =>
        [
            Name(item),
            OrNone(item["spec"]?["ingressClassName"].Text() ?? item["metadata"]?["annotations"]?["kubernetes.io/ingress.class"].Text()),
            Hosts(item), LoadBalancer(item), item["spec"]?["tls"] is JsonArray { Count: > 0 } ? "80, 443" : "80", Age(item, now),
        ]);

    public static Printer IngressClass { get; } = new(
        [_name, new("Controller"), new("Parameters"), _age],
        (item, now) => [Name(item), item["spec"]?["controller"].Text() ?? "", item["spec"]?["parameters"]?["name"].Text() is { } name ? $"{item["spec"]!["parameters"]!["kind"].Text()}/{name}" : None, Age(item, now)]);

    public static Printer NetworkPolicy { get; } = new(
        [_name, new("Pod-Selector"), _age],
        (item, now) => [Name(item), Selector(item["spec"]?["podSelector"]), Age(item, now)]);

    public static Printer Binding { get; } = new(
        [_name, new("Role"), _age, new("Users", Priority: 1), new("Groups", Priority: 1), new("ServiceAccounts", Priority: 1)],
        (item, now) =>
        [
            Name(item), item["roleRef"]?["kind"].Text() + "/" + item["roleRef"]?["name"].Text(), Age(item, now), Subjects(item, "User"), Subjects(item, "Group"),
            Subjects(item, "ServiceAccount"),
        ]);

    public static Printer DisruptionBudget { get; } = new(
        [_name, new("Min Available"), new("Max Unavailable"), new("Allowed Disruptions", "integer"), _age],
        (item, now) =>
        [
            Name(item), item["spec"]?["minAvailable"] is { } least ? Show(least) : "N/A", item["spec"]?["maxUnavailable"] is { } most ? Show(most) : "N/A",
            Count(item["status"]?["disruptionsAllowed"]), Age(item, now),
        ]);

    public static Printer Lease { get; } = new(
        [_name, new("Holder"), _age],
        (item, now) => [Name(item), item["spec"]?["holderIdentity"].Text() ?? "", Age(item, now)]);

    public static Printer PriorityClass { get; } = new(
        [_name, new("Value"), new("Global-Default"), _age],
        (item, now) => [Name(item), Count(item["value"]), item["globalDefault"].Flag() == true, Age(item, now)]);

    public static Printer Quota { get; } = new(
        [_name, _age, new("Request"), new("Limit")],
        (item, now) =>
        {
            string Show(bool limits) => string.Join(", ", (item["status"]?["hard"] as JsonObject ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Where(pair => pair.Key.StartsWith("limits", StringComparison.Ordinal) == limits)
                .Select(pair => $"{pair.Key}: {item["status"]?["used"]?[pair.Key].Text() ?? "0"}/{pair.Value.Text()}"));
            return [Name(item), Age(item, now), Show(limits: false), Show(limits: true)];
        });

    public static Printer Revision { get; } = new(
        [_name, new("Controller"), new("Revision"), _age],
        (item, now) =>
        [
            Name(item), (item["metadata"]?["ownerReferences"] as JsonArray)?[0] is { } owner ? (owner["kind"].Text() ?? "").ToLowerInvariant() + ".apps/" + owner["name"].Text() : None,
            Count(item["revision"]), Age(item, now),
        ]);

    private static string ExternalIp(JsonObject service)
    {
        var spec = service["spec"];
        var given = (spec?["externalIPs"] as JsonArray ?? []).Select(ip => ip.Text() ?? "").ToList();
        switch (spec?["type"].Text())
        {
            case "LoadBalancer":
                var balancer = LoadBalancer(service);
                var all = (balancer.Length == 0 ? [] : balancer.Split(',')).Concat(given).ToList();
                return all.Count == 0 ? "<pending>" : string.Join(',', all);
            case "ExternalName":
                return spec["externalName"].Text() ?? "";
            default:
                return Some(given, None);
        }
    }

    private static string Ports(JsonObject service) => Some((service["spec"]?["ports"] as JsonArray ?? []).Select(port =>
        port?["nodePort"].Number() is > 0 and var node
            ? string.Create(CultureInfo.InvariantCulture, $"{Count(port["port"])}:{node}/{port["protocol"].Text()}")
            : string.Create(CultureInfo.InvariantCulture, $"{Count(port?["port"])}/{port?["protocol"].Text()}")), None);

    private static string Addresses(JsonObject endpoints)
    {
        var all = new List<string>();
        foreach (var subset in (endpoints["subsets"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var ports = (subset["ports"] as JsonArray ?? []).Select(port => Show(port?["port"])).ToList();
            foreach (var address in (subset["addresses"] as JsonArray ?? []).Select(item => item?["ip"].Text()))
                all.AddRange(ports.Count == 0 ? [address!] : ports.Select(port => address + ":" + port));
        }

        if (all.Count == 0)
            return None;
        return all.Count <= 3 ? string.Join(',', all) : string.Join(',', all.Take(3)) + $" + {all.Count - 3} more...";
    }

    private static string Hosts(JsonObject ingress)
    {
        var hosts = (ingress["spec"]?["rules"] as JsonArray ?? []).Select(rule => rule?["host"].Text() ?? "").Where(host => host.Length > 0).ToList();
        if (hosts.Count == 0)
            return "*";
        return hosts.Count <= 3 ? string.Join(',', hosts) : string.Join(',', hosts.Take(3)) + $" + {hosts.Count - 3} more...";
    }

    private static string LoadBalancer(JsonObject item) => string.Join(',', (item["status"]?["loadBalancer"]?["ingress"] as JsonArray ?? [])
        .Select(ingress => ingress?["ip"].Text() is { Length: > 0 } ip ? ip : ingress?["hostname"].Text()));

    private static string Address(JsonObject node, string type) =>
        (node["status"]?["addresses"] as JsonArray ?? []).FirstOrDefault(address => address?["type"].Text() == type)?["address"].Text() ?? None;

    private static string Subjects(JsonObject binding, string kind) => string.Join(", ", (binding["subjects"] as JsonArray ?? [])
        .Where(subject => subject?["kind"].Text() == kind)
        .Select(subject => kind == "ServiceAccount" ? subject!["namespace"].Text() + "/" + subject["name"].Text() : subject!["name"].Text()));

    private static string Unknown(JsonNode? node) => node.Text() is { Length: > 0 } text ? text : "<unknown>";

    private static string Some(IEnumerable<string> items, string otherwise)
    {
        var text = string.Join(',', items);
        return text.Length == 0 ? otherwise : text;
    }

    private static string Show(JsonNode? node) => node.Text() ?? Count(node).ToString(CultureInfo.InvariantCulture);
}
