using System.Management.Automation;
using System.Text;

namespace WholeTale.Shell.Progress;

/// <summary>Progress on a terminal: a line an activity, with a bar, below the text. Redrawn at most every 200 ms, as PowerShell's own console does.</summary>
internal sealed class ProgressPane(TextWriter writer, Func<int> width, TimeProvider time) : IProgressView
{
    private const int MaxLines = 12;
    private const int BarWidth = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<(long Source, int Activity), ProgressRecord> records = [];
    private DateTimeOffset drawn = DateTimeOffset.MinValue;
    private int lines;

    public void Update(long source, ProgressRecord record)
    {
        var key = (source, record.ActivityId);
        if (record.RecordType == ProgressRecordType.Completed)
        {
            records.Remove(key);
            if (records.Count == 0)
            {
                Hide();
                return;
            }
        }
        else
        {
            records[key] = record;
        }

        if (time.GetUtcNow() - drawn >= Interval)
            Draw();
    }

    public void Hide()
    {
        if (lines == 0)
            return;
        // Up to the first line of the pane, and clear from there.
        writer.Write($"\e[{lines}A\r\e[J");
        writer.Flush();
        lines = 0;
    }

    public void Show()
    {
        if (records.Count > 0)
            Draw();
    }

    public void Clear()
    {
        Hide();
        records.Clear();
    }

    private void Draw()
    {
        var text = new StringBuilder();
        if (lines > 0)
            text.Append($"\e[{lines}A\r\e[J");
        lines = 0;
        foreach (var line in Lines().Take(MaxLines))
        {
            text.Append(line).Append('\n');
            lines++;
        }

        writer.Write(text.ToString());
        writer.Flush();
        drawn = time.GetUtcNow();
    }

    private IEnumerable<string> Lines()
    {
        foreach (var (key, record) in records.Where(item => !HasParent(item.Key, item.Value)))
        {
            yield return Line(record, 0);
            foreach (var (_, child) in records.Where(item => item.Key.Source == key.Source && item.Value.ParentActivityId == key.Activity))
                yield return Line(child, 1);
        }
    }

    private bool HasParent((long Source, int Activity) key, ProgressRecord record) =>
        record.ParentActivityId >= 0 && records.ContainsKey((key.Source, record.ParentActivityId));

    private string Line(ProgressRecord record, int depth)
    {
        var bar = "";
        if (record.PercentComplete >= 0)
        {
            var full = Math.Min(record.PercentComplete, 100) * BarWidth / 100;
            bar = $" [{new string('#', full)}{new string('.', BarWidth - full)}]";
        }

        var status = string.IsNullOrWhiteSpace(record.StatusDescription) ? "" : $": {record.StatusDescription.Trim()}";
        var line = $"{new string(' ', 2 * depth)}{record.Activity}{bar}{status}";
        var room = Math.Max(width() - 1, 10);
        return line.Length <= room ? line : line[..(room - 1)] + "…";
    }
}
