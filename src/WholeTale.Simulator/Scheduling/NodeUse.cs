using System.Collections.Immutable;

namespace WholeTale.Simulator.Scheduling;

/// <summary>What the pods of one node hold together.</summary>
internal sealed record NodeUse(int Pods, ImmutableDictionary<string, decimal> Resources, ImmutableList<string> Ports)
{
    public static NodeUse None { get; } = new(0, ImmutableDictionary<string, decimal>.Empty, []);

    public decimal this[string resource] => Resources.GetValueOrDefault(resource);

    public bool HasPort(string port) => Ports.Contains(port);

    /// <summary>With one pod more.</summary>
    public NodeUse With(PodDemand demand) => new(
        Pods + 1,
        Resources.SetItems(demand.Resources.Select(item => KeyValuePair.Create(item.Key, this[item.Key] + item.Value))),
        Ports.AddRange(demand.HostPorts));

    /// <summary>With one pod less.</summary>
    public NodeUse Without(PodDemand demand) => new(
        Pods - 1,
        Resources.SetItems(demand.Resources.Select(item => KeyValuePair.Create(item.Key, this[item.Key] - item.Value))),
        Ports.RemoveRange(demand.HostPorts));
}
