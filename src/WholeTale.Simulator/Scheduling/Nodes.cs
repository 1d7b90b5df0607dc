using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;

namespace WholeTale.Simulator.Scheduling;

/// <summary>The simulated nodes, registered as their kubelets would.</summary>
internal sealed class Nodes(World world)
{
    private static readonly (string Type, string Reason, string Message)[] _pressures =
    [
        ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ];

    public void Register()
    {
        for (var i = 1; i <= world.Options.Nodes; i++)
            Register(new NodeSpec($"{world.Options.NodePrefix}{i}"), i);
    }

    /// <summary>The address of a node by its number.</summary>
    public static string Address(int number) => $"10.0.{number / 250}.{(number % 250) + 1}";

    /// <summary>Writes the conditions of a node whose kubelet posts again.</summary>
    public void Refresh(JsonObject node) => node.Status()["conditions"] = AllConditions();

    /// <summary>Registers one node.</summary>
    public void Register(NodeSpec spec, int number)
    {
        var name = spec.Name;
        var labels = new JsonObject
        {
            ["beta.kubernetes.io/arch"] = "amd64",
            ["beta.kubernetes.io/os"] = "linux",
            ["kubernetes.io/arch"] = "amd64",
            ["kubernetes.io/hostname"] = name,
            ["kubernetes.io/os"] = "linux",
            ["node.kubernetes.io/instance-type"] = "simulated",
        };
        foreach (var (key, value) in spec.Labels)
            labels[key] = value;
        var content = new JsonObject
        {
            ["podCIDR"] = $"10.244.{number % 256}.0/24",
            ["podCIDRs"] = new JsonArray($"10.244.{number % 256}.0/24"),
            ["providerID"] = spec.ProviderId ?? $"simulator://{world.Options.Name}/{name}",
        };
        if (spec.Taints.Count > 0)
            content["taints"] = new JsonArray([.. spec.Taints.Select(taint => new JsonObject { ["key"] = taint.Key, ["value"] = taint.Value, ["effect"] = taint.Effect })]);
        var created = world.Kubelet.Create(world.Node, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = labels,
                ["annotations"] = new JsonObject { ["node.alpha.kubernetes.io/ttl"] = "0" },
            },
            ["spec"] = content,
        });
        world.Kubelet.UpdateStatus(world.Node, null, name, node => node["status"] = Status(spec, number));
        world.Tell(created, "kubelet", "Normal", "Starting", "Starting kubelet.", name);
        world.Tell(created, "node-controller", "Normal", "RegisteredNode", $"Node {name} event: Registered Node {name} in Controller");
    }

    private JsonObject Status(NodeSpec spec, int number)
    {
        var name = spec.Name;
        var capacity = spec.Capacity ?? world.Options.Capacity;
        var offered = new JsonObject
        {
            ["cpu"] = capacity.Cpu.ToString(CultureInfo.InvariantCulture),
            ["ephemeral-storage"] = $"{capacity.StorageGi}Gi",
            ["hugepages-1Gi"] = "0",
            ["hugepages-2Mi"] = "0",
            ["memory"] = $"{capacity.MemoryGi}Gi",
            ["pods"] = capacity.Pods.ToString(CultureInfo.InvariantCulture),
        };
        return new JsonObject
        {
            ["addresses"] = new JsonArray(
                new JsonObject { ["type"] = "InternalIP", ["address"] = Address(number) },
                new JsonObject { ["type"] = "Hostname", ["address"] = name }),
            ["allocatable"] = offered.DeepClone(),
            ["capacity"] = offered,
            ["conditions"] = AllConditions(),
            ["daemonEndpoints"] = new JsonObject { ["kubeletEndpoint"] = new JsonObject { ["Port"] = 10250 } },
            ["nodeInfo"] = new JsonObject
            {
                ["architecture"] = "amd64",
                ["bootID"] = Identity("boot", name),
                ["containerRuntimeVersion"] = "simulator://0",
                ["kernelVersion"] = "0.0.0-simulated",
                ["kubeProxyVersion"] = spec.Version ?? world.Options.Version,
                ["kubeletVersion"] = spec.Version ?? world.Options.Version,
                ["machineID"] = Identity("machine", name).Replace("-", "", StringComparison.Ordinal),
                ["operatingSystem"] = "linux",
                ["osImage"] = "WholeTale simulator (no container runs)",
                ["systemUUID"] = Identity("system", name),
            },
        };
    }

    private JsonArray AllConditions()
    {
        var conditions = new JsonArray();
        foreach (var (type, reason, message) in _pressures)
            conditions.Add((JsonNode)Condition(type, "False", reason, message));
        conditions.Add((JsonNode)Condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"));
        return conditions;
    }

    private static string Identity(string what, string name) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(what + name)).AsSpan(0, 16)).ToString();

    private JsonObject Condition(string type, string status, string reason, string message) => new()
    {
        ["type"] = type,
        ["status"] = status,
        ["lastHeartbeatTime"] = world.Now,
        ["lastTransitionTime"] = world.Now,
        ["reason"] = reason,
        ["message"] = message,
    };
}
