using System.Management.Automation;

namespace WholeTale.Shell.Progress;

/// <summary>Progress for a log: a line when an activity or a step begins, changes its state or ends, and none for a mere number.</summary>
internal sealed class ProgressLines(TextWriter writer) : IProgressView
{
    private readonly Dictionary<(long Source, int Activity), (string Activity, string State)> told = [];

    public void Update(long source, ProgressRecord record)
    {
        var key = (source, record.ActivityId);
        if (record.RecordType == ProgressRecordType.Completed)
        {
            if (told.Remove(key, out var last))
                Tell(last.Activity, State(record.StatusDescription) is { Length: > 0 } state && state != last.State ? record.StatusDescription : "done");
            return;
        }

        var now = (record.Activity, State(record.StatusDescription));
        if (told.TryGetValue(key, out var before) && before == now)
            return;
        told[key] = now;
        Tell(record.Activity, record.StatusDescription);
    }

    public void Hide()
    {
    }

    public void Show()
    {
    }

    public void Clear() => told.Clear();

    private void Tell(string activity, string status)
    {
        writer.WriteLine(string.IsNullOrWhiteSpace(status) ? activity : $"{activity}: {status.Trim()}");
        writer.Flush();
    }

    // A count or a percentage that moves is no new state.
    private static string State(string? status) => new([.. (status ?? "").Trim().Where(c => !char.IsAsciiDigit(c))]);
}
