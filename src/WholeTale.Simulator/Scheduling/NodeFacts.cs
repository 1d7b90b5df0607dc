using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Scheduling;

/// <summary>What scheduler and kubelets ask of a node, read once a version: each pod is held against every node.</summary>
internal sealed class NodeFacts
{
    private static readonly ConditionalWeakTable<StoredObject, NodeFacts> _known = [];

    private NodeFacts(StoredObject stored)
    {
        var content = stored.Read();
        Stored = stored;
        IsCordoned = content["spec"]?["unschedulable"].Flag() == true;
        Taints = [.. content["spec"].Items("taints")];
        Allocatable = (content["status"]?["allocatable"] as JsonObject ?? []).ToDictionary(resource => resource.Key, resource => Amount.Of(resource.Value));
        Address = content["status"].Items("addresses").FirstOrDefault()?["address"].Text() ?? "10.0.0.1";
    }

    public StoredObject Stored { get; }

    public string Name => Stored.Name;

    public bool IsCordoned { get; }

    /// <summary>Shared: nobody may change them.</summary>
    public IReadOnlyList<JsonObject> Taints { get; }

    public IReadOnlyDictionary<string, decimal> Allocatable { get; }

    /// <summary>Its address within the cluster.</summary>
    public string Address { get; }

    public static NodeFacts Of(StoredObject stored) => _known.GetValue(stored, static found => new NodeFacts(found));
}
