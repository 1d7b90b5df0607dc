using System.Diagnostics;
using System.Management.Automation;
using WholeTale.Core;

namespace WholeTale.PowerShell.Pipelines;

/// <summary>Gives each activity and each of its steps an id, so that the bars of steps stand below the bar of their activity.</summary>
internal sealed class ProgressTree
{
    // Below this, a number that changes tells nothing.
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(2);

    private readonly Dictionary<int, (long Began, string Status)> begun = [];
    private readonly Dictionary<(string Activity, string Step), int> ids = [];
    private readonly Dictionary<int, ProgressRecord> open = [];

    /// <summary>What a report is to the host.</summary>
    internal IEnumerable<ProgressRecord> Records(ProgressReport report)
    {
        var root = Id(report.Activity, "");
        if (report.Step.Length == 0)
        {
            // An activity takes its steps with it.
            foreach (var step in report.Completed ? open.Values.Where(record => record.ParentActivityId == root).ToList() : [])
                yield return Close(step, step.StatusDescription);
            yield return Note(Record(root, -1, report.Activity, report));
            yield break;
        }

        yield return Note(Record(Id(report.Activity, report.Step), root, report.Step, report));
    }

    /// <summary>The bars that have stood for a while, with the time they have taken so far.</summary>
    internal IEnumerable<ProgressRecord> Aged()
    {
        foreach (var record in open.Values.OrderBy(record => record.ParentActivityId).ToList())
        {
            var (began, status) = begun[record.ActivityId];
            record.StatusDescription = WithAge(status, began);
            yield return record;
        }
    }

    /// <summary>Ends the bars that failed work left, those of steps first. They say so: what they stood for is not done.</summary>
    internal IEnumerable<ProgressRecord> Unfinished(Task work) =>
        work.IsCompletedSuccessfully ? [] : open.Values.OrderBy(record => record.ParentActivityId < 0).ToList().Select(record => Close(record, "broken off"));

    private int Id(string activity, string step)
    {
        if (!ids.TryGetValue((activity, step), out var id))
            ids[(activity, step)] = id = ids.Count + 1;
        return id;
    }

    private ProgressRecord Note(ProgressRecord record)
    {
        var began = begun.TryGetValue(record.ActivityId, out var known) ? known.Began : Stopwatch.GetTimestamp();
        begun[record.ActivityId] = (began, record.StatusDescription);
        record.StatusDescription = WithAge(record.StatusDescription, began);
        if (record.RecordType == ProgressRecordType.Completed)
            open.Remove(record.ActivityId);
        else
            open[record.ActivityId] = record;
        return record;
    }

    private ProgressRecord Close(ProgressRecord record, string status)
    {
        open.Remove(record.ActivityId);
        return new ProgressRecord(record.ActivityId, record.Activity, status)
        {
            ParentActivityId = record.ParentActivityId,
            RecordType = ProgressRecordType.Completed,
        };
    }

    private static string WithAge(string status, long began)
    {
        var age = Stopwatch.GetElapsedTime(began);
        return age < Noticeable ? status : age.TotalMinutes < 2 ? $"{status} ({age.TotalSeconds:0} s)" : $"{status} ({(int)age.TotalMinutes} min {age.Seconds} s)";
    }

    private static ProgressRecord Record(int id, int parent, string activity, ProgressReport report) =>
        new(id, activity, report.Status.Length == 0 ? " " : report.Status)
        {
            ParentActivityId = parent,
            PercentComplete = report.Percent,
            RecordType = report.Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };
}
