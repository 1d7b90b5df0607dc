using System.Globalization;
using Google.Cloud.Container.V1;

namespace WholeTale.Gke.Operations;

/// <summary>
/// Reads how far an operation is: metrics come in pairs <c>X</c> and <c>X_TOTAL</c> (creating a cluster has CLUSTER_CONFIGURING, CLUSTER_DEPLOYING, CLUSTER_HEALTHCHECKING), in the operation or in its stages.
/// </summary>
internal static class OperationProgressReader
{
    private const string Total = "_TOTAL";

    /// <summary>0 to 99 percent, or -1 where it does not tell.</summary>
    internal static int Percent(Operation operation)
    {
        var pairs = Pairs(operation);
        var whole = pairs.Sum(pair => pair.Total);
        return whole > 0 ? (int)Math.Clamp(100 * pairs.Sum(pair => Math.Min(pair.Done, pair.Total)) / whole, 0, 99) : -1;
    }

    /// <summary>What it is at, in words; null where it does not tell.</summary>
    internal static string? Stage(Operation operation)
    {
        if (Pairs(operation).FirstOrDefault(pair => pair.Done < pair.Total) is { Total: > 0 } current)
            return string.Create(CultureInfo.InvariantCulture, $"{Words(current.Name)} ({current.Done:0} of {current.Total:0})");
        return operation.Progress?.Stages.FirstOrDefault(stage => stage.Status is Operation.Types.Status.Running) is { Name.Length: > 0 } stage ? Words(stage.Name) : null;
    }

    private static List<(string Name, double Done, double Total)> Pairs(Operation operation)
    {
        if (operation.Progress is null)
            return [];
        var metrics = operation.Progress.Metrics.Concat(operation.Progress.Stages.SelectMany(stage => stage.Metrics)).ToList();
        return
        [
            .. from metric in metrics
               where !metric.Name.EndsWith(Total, StringComparison.Ordinal)
               let total = metrics.FirstOrDefault(candidate => candidate.Name == metric.Name + Total)
               where total is not null
               select (metric.Name, Value(metric), Value(total)),
        ];
    }

    private static double Value(OperationProgress.Types.Metric metric) =>
        metric.ValueCase == OperationProgress.Types.Metric.ValueOneofCase.DoubleValue ? metric.DoubleValue : metric.IntValue;

    private static string Words(string name) => name.Replace('_', ' ').ToLowerInvariant();
}
