using System.Globalization;
using System.Text;

namespace WholeTale.Core.Deployment.Reporting;

/// <summary>The timeline of a run: a bar a component, below it one an object, and a mark a request that had to be repeated.</summary>
internal sealed class TimelineChart
{
    private static readonly double[] Steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

    private readonly DeployPlan plan;
    private readonly Journal journal;
    private readonly DateTimeOffset end;

    internal TimelineChart(DeployPlan plan)
    {
        this.plan = plan;
        journal = plan.Journal;
        end = journal.Stages.Select(stage => stage.At).Concat(journal.Writes.Select(write => write.Ended)).Append(journal.Began.AddMilliseconds(1)).Max();
    }

    internal TimeSpan Length => end - journal.Began;

    internal static string Words(TimeSpan time) => time.TotalMinutes >= 2
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s")
        : time.TotalSeconds >= 10 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} s");

    internal void Write(StringBuilder page)
    {
        page.Append("""
            <section class="timeline"><h2>Timeline</h2>
            <p class="legend"><i class="pending"></i>waits for another component <i class="applying"></i>applies <i class="waiting"></i>waits until it is ready <i class="mark"></i>a request that failed</p>

            """);
        var step = Steps.FirstOrDefault(step => Length.TotalSeconds / step <= 8, Steps[^1]);
        page.Append(CultureInfo.InvariantCulture, $"<div class=\"chart\" style=\"--step:{100 * step / Length.TotalSeconds:0.###}%\"><div class=\"axis\"><span></span><div class=\"track\">");
        for (var at = 0.0; at <= Length.TotalSeconds; at += step)
            page.Append(CultureInfo.InvariantCulture, $"<em style=\"left:{At(journal.Began.AddSeconds(at)):0.##}%\">{Words(TimeSpan.FromSeconds(at))}</em>");
        foreach (var request in journal.FailedRequests.Where(request => request.Ended <= end))
            page.Append(CultureInfo.InvariantCulture, $"<i class=\"mark\" style=\"left:{At(request.Ended):0.##}%\" title=\"{Hint(request.Ended, request.Report.Message)}\"></i>");
        page.Append("</div></div>\n");
        foreach (var name in plan.Components.Select(component => component.Name).Union(journal.Stages.Select(stage => stage.Component)))
            Component(page, name);
        page.Append("</div>\n");
        Retries(page);
        page.Append("</section>\n");
    }

    private void Component(StringBuilder page, string name)
    {
        var stages = journal.Stages.Where(stage => stage.Component == name).ToList();
        var state = journal.Outcome?.Components.FirstOrDefault(component => component.Name == name);
        var status = state?.Status ?? (stages.Count > 0 ? stages[^1].Status : ComponentStatus.Pending);
        page.Append(CultureInfo.InvariantCulture, $"<details><summary><span class=\"name\">{DeployReport.Text(name)} <small class=\"{Class(status)}\">{status}</small></span><div class=\"track\">");
        for (var i = 0; i < stages.Count; i++)
        {
            var until = i + 1 < stages.Count ? stages[i + 1].At : end;
            if (Kind(stages[i]) is { } kind)
                Bar(page, kind, stages[i].At, until, stages[i].Message);
            else
                page.Append(CultureInfo.InvariantCulture, $"<i class=\"end {Class(stages[i].Status)}\" style=\"left:{At(stages[i].At):0.##}%\" title=\"{Hint(stages[i].At, $"{stages[i].Status} {stages[i].Message}")}\"></i>");
        }

        page.Append("</div></summary>\n");
        foreach (var write in journal.Writes.Where(write => write.Component == name).OrderBy(write => write.Began))
        {
            page.Append(CultureInfo.InvariantCulture, $"<div class=\"object\"><span class=\"name\">{DeployReport.Text($"{write.Object.Type.Kind} {write.Object.Name}")} <small>{write.Result}</small></span><div class=\"track\">");
            Bar(page, $"write {Class(write.Result)}", write.Began, write.Ended, $"{write.Result}");
            page.Append("</div></div>\n");
        }

        page.Append("<ol>");
        foreach (var stage in stages.Where(stage => stage.Message.Length > 0))
            page.Append(CultureInfo.InvariantCulture, $"<li><time>{Words(stage.At - journal.Began)}</time> {DeployReport.Text(stage.Message)}</li>");
        page.Append("</ol></details>\n");
    }

    private void Retries(StringBuilder page)
    {
        var failed = journal.FailedRequests;
        if (failed.Count == 0)
            return;
        page.Append(CultureInfo.InvariantCulture, $"<details class=\"retries\"><summary>{failed.Count} {(failed.Count == 1 ? "request" : "requests")} failed and {(failed.Count == 1 ? "was" : "were")} repeated where that made sense</summary><ol>");
        foreach (var request in failed)
            page.Append(CultureInfo.InvariantCulture, $"<li><time>{Words(request.Ended - journal.Began)}</time> {DeployReport.Text(request.Report.Message)}</li>");
        page.Append("</ol></details>\n");
    }

    private void Bar(StringBuilder page, string kind, DateTimeOffset from, DateTimeOffset to, string what) => page.Append(
        CultureInfo.InvariantCulture, $"<i class=\"bar {kind}\" style=\"left:{At(from):0.##}%;width:{Math.Max(0.15, At(to) - At(from)):0.##}%\" title=\"{Hint(from, what)} ({Words(to - from)})\"></i>");

    private double At(DateTimeOffset time) => Math.Clamp(100 * (time - journal.Began) / Length, 0, 100);

    private string Hint(DateTimeOffset at, string what) => DeployReport.Text($"{Words(at - journal.Began)}: {what}");

    private static string? Kind(Journal.Stage stage) => stage.Status switch
    {
        ComponentStatus.Pending => "pending",
        ComponentStatus.Progressing when stage.Message == "applying" => "applying",
        ComponentStatus.Progressing => "waiting",
        _ => null,
    };

    private static string Class<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
