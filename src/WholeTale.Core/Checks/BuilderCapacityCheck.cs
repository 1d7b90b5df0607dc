using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Checks;

/// <summary>Some node has the memory that the worker and its image builder ask for.</summary>
internal sealed class BuilderCapacityCheck : ICheck
{
    private const double Gibibyte = 1024.0 * 1024 * 1024;

    public string Name => "BuilderCapacity";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var wanted = Bytes(context.Settings.Worker.Memory) + Bytes(context.Settings.Worker.BuilderMemory);
        var nodes = (await context.Api.ListAsync(ResourceTypes.Node, null, null, cancellationToken)).Items
            .Where(node => node.Condition("Ready").Text("status") == "True" && !node.Flag("spec", "unschedulable"))
            .Select(node => (Name: node.Name(), Memory: Bytes(node.Text("status", "allocatable", "memory"))))
            .ToList();
        if (nodes.Count == 0)
            return CheckOutcome.Fail("no node is ready for pods", "Start the cluster's nodes, or add some.");
        var (largest, memory) = nodes.MaxBy(node => node.Memory);
        var fitting = nodes.Count(node => node.Memory >= wanted);
        return fitting > 0
            ? CheckOutcome.Pass($"{fitting} of {nodes.Count} nodes have the {Text(wanted)} that worker and builder ask for")
            : CheckOutcome.Fail(
                $"worker and builder ask for {Text(wanted)}, and the largest node, {largest}, has {Text(memory)}",
                "Add nodes with more memory, or lower the settings Worker.BuilderMemory and Worker.Memory.");
    }

    private static decimal Bytes(string quantity) => Quantity.TryParse(quantity, out var bytes) ? bytes : 0;

    private static string Text(decimal bytes) => string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / Gibibyte:0.#} GiB");
}
