using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Scheduling;

/// <summary>Judges a node in the words of the scheduler's plugins and in their order.</summary>
internal static class Filter
{
    private static readonly JsonObject _cordon = new() { ["key"] = "node.kubernetes.io/unschedulable", ["effect"] = "NoSchedule" };

    public static Verdict Check(JsonObject pod, PodDemand demand, NodeFacts node, NodeUse use)
    {
        var spec = pod["spec"];
        if (node.IsCordoned && NodeSelection.Untolerated(spec, [_cordon], "NoSchedule") is not null)
            return new Verdict(["node(s) were unschedulable"], true);
        if (NodeSelection.Untolerated(spec, node.Taints, "NoSchedule", "NoExecute") is { } taint)
            return new Verdict([$"node(s) had untolerated taint {{{taint["key"].Text()}: {taint["value"].Text()}}}"], true);
        if (!NodeSelection.Fits(spec, node.Stored))
            return new Verdict(["node(s) didn't match Pod's node affinity/selector"], true);
        if (demand.HostPorts.Any(use.HasPort))
            return new Verdict(["node(s) didn't have free ports for the requested pod ports"], false);
        return new Verdict(Shortages(demand, node.Allocatable, use), false);
    }

    private static List<string> Shortages(PodDemand demand, IReadOnlyDictionary<string, decimal> allocatable, NodeUse use)
    {
        var reasons = new List<string>();
        if (use.Pods + 1 > allocatable.GetValueOrDefault("pods"))
            reasons.Add("Too many pods");
        foreach (var (name, wanted) in demand.Resources.Where(item => item.Value > 0))
        {
            if (wanted > allocatable.GetValueOrDefault(name) - use[name])
                reasons.Add("Insufficient " + name);
        }

        return reasons;
    }
}
