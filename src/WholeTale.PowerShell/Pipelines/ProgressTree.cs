using System.Management.Automation;
using WholeTale.Core;

namespace WholeTale.PowerShell.Pipelines;

/// <summary>Gives each activity and each of its steps an id, so that the bars of steps stand below the bar of their activity.</summary>
internal sealed class ProgressTree
{
    private readonly Dictionary<(string Activity, string Step), int> ids = [];

    internal IEnumerable<ProgressRecord> Records(ProgressReport report)
    {
        var root = Id(report.Activity, "");
        if (report.Step.Length == 0)
        {
            yield return Record(root, -1, report.Activity, report);
            yield break;
        }

        yield return Record(Id(report.Activity, report.Step), root, report.Step, report);
    }

    private int Id(string activity, string step)
    {
        if (!ids.TryGetValue((activity, step), out var id))
            ids[(activity, step)] = id = ids.Count + 1;
        return id;
    }

    private static ProgressRecord Record(int id, int parent, string activity, ProgressReport report) =>
        new(id, activity, report.Status.Length == 0 ? " " : report.Status)
        {
            ParentActivityId = parent,
            PercentComplete = report.Percent,
            RecordType = report.Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };
}
