using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Reporting;

/// <summary>One self-contained page that shows a run: what was done when, what was waited for, what came of it. It loads nothing and runs no script.</summary>
internal static class DeployReport
{
    /// <summary>Makes sure that the page can be written, before anything is done.</summary>
    /// <exception cref="DeploymentException">It cannot.</exception>
    internal static void RequireWritable(string path)
    {
        try
        {
            File.WriteAllText(path, "The deploy has begun and not ended.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentException(
                "ReportUnwritable", FailureKind.InvalidInput, path, $"The report cannot be written to {path}: {exception.Message.TrimEnd('.')}. Nothing has been deployed.",
                "Name a file in a folder that exists and may be written to.", exception);
        }
    }

    /// <summary>Writes the page.</summary>
    internal static Task WriteAsync(string path, DeployPlan plan, CancellationToken cancellationToken) => File.WriteAllTextAsync(path, Compose(plan), cancellationToken);

    /// <summary>The page's text.</summary>
    internal static string Compose(DeployPlan plan)
    {
        var journal = plan.Journal;
        var outcome = journal.Outcome;
        var chart = new TimelineChart(plan);
        var status = outcome?.Status.ToString() ?? "Stopped";
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Whole Tale on {Text(plan.Cluster.Name)}: {status}</title>
            <style>{ReportStyle.Css}</style>
            </head>
            <body>
            <main>
            <header>
            <div><h1>Whole Tale <span class="on">on</span> {Text(plan.Cluster.Name)}</h1><p class="when">{journal.Began:yyyy-MM-dd HH:mm:ss} UTC, namespace {Text(plan.NamespaceName)}</p></div>
            <span class="status {status.ToLowerInvariant()}">{status}</span>
            </header>
            <section class="figures">
            {Figure("took", TimelineChart.Words(chart.Length))}
            {Figure("revision", outcome is null ? "–" : outcome.Revision.ToString(CultureInfo.InvariantCulture))}
            {Figure("objects", plan.Objects.Count().ToString(CultureInfo.InvariantCulture))}
            {string.Concat(journal.Writes.GroupBy(write => write.Result).OrderBy(group => group.Key).Select(group => Figure(group.Key.ToString().ToLowerInvariant(), $"{group.Count()}")))}
            {Figure("requests", $"{journal.Requests}")}
            {Figure("failed and repeated", $"{journal.FailedRequests.Count}")}
            </section>

            """);
        Diagnoses(page, outcome?.Diagnoses ?? (journal.Cause is { } cause ? [Diagnosis.From("deploy", cause) with { Message = plan.Redact(cause.Explanation) }] : []));
        chart.Write(page);
        List(page, "Warnings", "warnings", journal.Warnings.Select(Text));
        List(page, "Addresses", "urls", (outcome?.Urls ?? []).Select(url => $"<a href=\"{Text(url.AbsoluteUri)}\">{Text(url.AbsoluteUri)}</a>"));
        Versions(page, plan);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    internal static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");

    private static string Figure(string name, string value) => $"<div><b>{Text(value)}</b><span>{Text(name)}</span></div>";

    private static void Diagnoses(StringBuilder page, IReadOnlyList<Diagnosis> diagnoses)
    {
        foreach (var diagnosis in diagnoses)
        {
            page.Append(CultureInfo.InvariantCulture, $"""
                <section class="diagnosis"><h2>{Text(diagnosis.Component)}: {Text(diagnosis.Reason)}</h2>
                <p>{Text(diagnosis.Message)}</p><p class="advice">{Text(diagnosis.Advice)}</p>

                """);
            if (diagnosis.Events.Count + diagnosis.LogTail.Count > 0)
                page.Append("<pre>").AppendJoin('\n', diagnosis.Events.Concat(diagnosis.LogTail.Select(line => $"log: {line}")).Select(Text)).Append("</pre>");
            page.Append("</section>\n");
        }
    }

    private static void List(StringBuilder page, string title, string name, IEnumerable<string> items)
    {
        var all = items.ToList();
        if (all.Count > 0)
            page.Append(CultureInfo.InvariantCulture, $"<section class=\"{name}\"><h2>{title}</h2><ul>").AppendJoin("", all.Select(item => $"<li>{item}</li>")).Append("</ul></section>\n");
    }

    private static void Versions(StringBuilder page, DeployPlan plan)
    {
        page.Append("<section class=\"versions\"><h2>Versions</h2><table>");
        Row("Kubernetes", plan.KubernetesVersion);
        Row("WholeTale for PowerShell", typeof(DeployReport).Assembly.GetName().Version?.ToString(3) ?? "");
        foreach (var planned in plan.Objects)
        {
            foreach (var container in planned.Manifest.Items("spec", "template", "spec", "containers"))
                Row($"{planned.Component}, {container.Text("name")}", container.Text("image"));
        }

        page.Append("</table></section>\n");

        void Row(string name, string version) => page.Append(CultureInfo.InvariantCulture, $"<tr><th>{Text(name)}</th><td>{Text(version)}</td></tr>");
    }
}
