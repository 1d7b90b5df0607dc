namespace WholeTale.Simulator.Scheduling;

/// <summary>What the pods of one node hold together.</summary>
internal sealed class NodeUse
{
    private readonly Dictionary<string, decimal> _resources = [];
    private readonly HashSet<string> _ports = [];

    public int Pods { get; private set; }

    public decimal this[string resource] => _resources.GetValueOrDefault(resource);

    public bool HasPort(string port) => _ports.Contains(port);

    public void Add(PodDemand demand)
    {
        Pods++;
        foreach (var (name, value) in demand.Resources)
            _resources[name] = _resources.GetValueOrDefault(name) + value;
        _ports.UnionWith(demand.HostPorts);
    }
}
