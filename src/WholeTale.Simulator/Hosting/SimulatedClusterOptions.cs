using WholeTale.Simulator.Faults;

namespace WholeTale.Simulator.Hosting;

/// <summary>What a simulated cluster is like.</summary>
internal sealed record SimulatedClusterOptions
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The administrator's token; made up where none is given.</summary>
    public string? Token { get; init; }

    /// <summary>The port on loopback; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>Nodes; with 0 nothing is scheduled and pods stay Pending.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>Whether nodes are added and removed by whoever manages the cluster, beside those that it begins with.</summary>
    public bool ManagedNodes { get; init; }

    /// <summary>Whether anything can be scheduled, now or later.</summary>
    public bool HasNodes => Nodes > 0 || ManagedNodes;

    /// <summary>Whose token it is that the API server itself does not know: a cloud's identity, who administers the cluster; null for nobody's.</summary>
    public Func<string, string?>? ForeignTokens { get; init; }

    /// <summary>The prefix of the nodes' names, which a number follows; it says that they are simulated.</summary>
    public string NodePrefix { get; init; } = "simulated-node-";

    /// <summary>What each node offers.</summary>
    public NodeCapacity Capacity { get; init; } = new();

    /// <summary>Whether a scheduler and kubelets run; without, pods stay Pending.</summary>
    public bool RunsPods { get; init; } = true;

    /// <summary>Whether pods, volumes and addresses take a believable time.</summary>
    public bool Delays { get; init; } = true;

    /// <summary>What <c>/version</c> says.</summary>
    public string Version { get; init; } = "v1.26.15+wholetale.simulator";

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The seed of what is drawn by chance: names, delays, faults.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What goes wrong on request: a book that others may share; one of its own where none is given.</summary>
    public FaultBook? Faults { get; init; }

    /// <summary>How long a change takes to reach a control loop, as over the network in a real cluster; none by default.</summary>
    public TimeSpan ControllerLatency { get; init; }
}
