using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>What a run leaves for people and programs to look at: the page, the log, the spans.</summary>
public sealed class DeployReportTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wt-report-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_page_shows_components_objects_waits_retries_warnings_versions_and_addresses_in_a_real_browser()
    {
        var page = await DeployPlatformAsync("page");

        var light = await BrowseAsync(page, "light.png");
        var dark = await BrowseAsync(page, "dark.png", "--blink-settings=preferredColorScheme=0");

        var text = await File.ReadAllTextAsync(page);
        Assert.Contains("status ready", text, StringComparison.Ordinal);
        foreach (var name in new[] { "mongo", "redis", "girder", "ingress", "StatefulSet mongo", "waits for redis", "self-signed", "https://girder.local.wholetale.org/", "registry:2.8", "v1.26", ": 503" })
            Assert.Contains(name, text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", text, StringComparison.Ordinal);
        Assert.Contains("class=\"bar waiting\"", light.Dom, StringComparison.Ordinal);
        Assert.True(light.Image.Length > 30_000, $"The picture of the page has {light.Image.Length} bytes: it is empty.");
        Assert.NotEqual(light.Image, dark.Image);
    }

    [Fact]
    public async Task The_page_of_a_failed_run_says_why()
    {
        simulated.RequireSimulator();
        var page = Path.Combine(_folder.FullName, "failed.html");
        var front = Given.Workload("pagefail", "front");
        front["spec"]!["template"]!["spec"]!["containers"]![0]!["command"] = new JsonArray("sh", "-c", "echo '<b>no</b> database'; exit 3");

        await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(
            simulated.Cluster("pagefail"), Given.Manifests(("front", [], [front])), new DeployOptions { ReportPath = page }));

        var text = await File.ReadAllTextAsync(page);
        Assert.Contains("front: CrashLoop", text, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;no&lt;/b&gt; database", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_could_not_begin_says_why_on_its_page_and_in_its_log()
    {
        var cluster = simulated.Cluster("pageheld");
        await SimulatedCluster.DeployAsync(cluster, Given.Manifests(("front", [], [Given.ConfigMap("pageheld", "a", "one")])));
        await using var other = await DeployLease.AcquireAsync(simulated.Client, "pageheld", TimeProvider.System, CancellationToken.None, CancellationToken.None);
        var (page, log) = (Path.Combine(_folder.FullName, "held.html"), Path.Combine(_folder.FullName, "held.jsonl"));

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(
            cluster, Given.Manifests(("front", [], [Given.ConfigMap("pageheld", "a", "two")])), new DeployOptions { ReportPath = page, LogPath = log }));

        var text = await File.ReadAllTextAsync(page);
        Assert.Contains("deploy: DeployInProgress", text, StringComparison.Ordinal);
        Assert.Contains(WebUtility.HtmlEncode(exception.Explanation), text, StringComparison.Ordinal);
        Assert.Contains(">Stopped<", text, StringComparison.Ordinal);
        Assert.Equal([("error", exception.Message), ("deploy", "failed")], (await ReadAsync(log)).TakeLast(2));
    }

    [Fact]
    public async Task A_run_that_the_caller_stops_says_so_on_its_page_and_in_its_log()
    {
        await simulated.SetFaultsAsync("""{"on":"image","image":"slow*","namespace":"pagestop","action":"latency","milliseconds":600000}""");
        var (page, log) = (Path.Combine(_folder.FullName, "stopped.html"), Path.Combine(_folder.FullName, "stopped.jsonl"));
        using var stop = new CancellationTokenSource();
        await using var plan = await PlatformDeployment.PlanAsync(
            simulated.Cluster("pagestop"), Given.Manifests(("front", [], [Given.Workload("pagestop", "front", "slow:1")])), new DeployOptions { ReportPath = page, LogPath = log }, TimeProvider.System, CancellationToken.None);
        var listener = new SimulatedCluster.Listener(report =>
        {
            if (report is ProgressReport progress && progress.Status.Contains("replicas are ready", StringComparison.Ordinal))
                stop.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plan.RunAsync(listener, stop.Token));

        await simulated.SetFaultsAsync();
        Assert.Contains(">Stopped<", await File.ReadAllTextAsync(page), StringComparison.Ordinal);
        Assert.Equal(("deploy", "stopped"), (await ReadAsync(log))[^1]);
    }

    [Fact]
    public async Task A_page_or_log_that_cannot_be_written_is_told_before_anything_is_done()
    {
        var nowhere = Path.Combine(_folder.FullName, "nope", "file");
        var manifests = Given.Manifests(("front", [], [Given.ConfigMap("pagenowhere", "a", "b")]));

        var page = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(simulated.Cluster("pagenowhere"), manifests, new DeployOptions { ReportPath = nowhere }));
        var log = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(simulated.Cluster("pagenowhere"), manifests, new DeployOptions { LogPath = nowhere }));

        Assert.Equal(("ReportUnwritable", "LogUnwritable"), (page.ErrorId, log.ErrorId));
        Assert.Null(await simulated.FindAsync("v1", "Namespace", null, "pagenowhere"));
    }

    [Fact]
    public async Task The_log_has_a_JSON_object_a_line_and_no_secret()
    {
        var log = Path.Combine(_folder.FullName, "log.jsonl");
        var cluster = simulated.Cluster("logged");

        await using (var plan = await PlatformDeployment.PlanAsync(cluster, new DeployOptions { LogPath = log, SkipGirderSetup = true, Components = ["girder"] }, new SimulatedCluster.Listener(), CancellationToken.None))
            await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        var lines = (await File.ReadAllLinesAsync(log)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var kinds = lines.Select(line => line.GetProperty("event").GetString()).ToHashSet();
        var password = (string)(await simulated.FindAsync("v1", "Secret", "logged", "girder-admin"))!["data"]!["password"]!;
        Assert.Superset(new HashSet<string?> { "deploy", "component", "applied", "request", "warning" }, kinds);
        Assert.DoesNotContain(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(password)), await File.ReadAllTextAsync(log), StringComparison.Ordinal);
        Assert.Equal(["started", "succeeded"], lines.Where(line => line.GetProperty("event").GetString() == "deploy").Select(line => line.GetProperty("result").GetString()));
    }

    [Fact]
    public async Task Each_run_logs_to_a_file_of_its_own_of_which_ten_are_kept()
    {
        var cluster = simulated.Cluster("rotated");

        // Other tests of the class log beside it.
        var settings = cluster.Settings!.Settings with { StateFolder = Path.Combine(cluster.Settings.Settings.StateFolder, "rotated") };
        cluster = cluster with { Settings = cluster.Settings with { Settings = settings } };
        var logs = Directory.CreateDirectory(Path.Combine(settings.StateFolder, "logs"));
        for (var i = 0; i < 12; i++)
            await File.WriteAllTextAsync(Path.Combine(logs.FullName, $"test-20200101T0000{i:00}Z.jsonl"), "{}");

        await using (var plan = await PlatformDeployment.PlanAsync(cluster, new DeployOptions { SkipGirderSetup = true, Components = ["redis"] }, new SimulatedCluster.Listener(), CancellationToken.None))
            await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);

        Assert.Equal(10, logs.GetFiles("test-*.jsonl").Length);
    }

    [Fact]
    public async Task Whoever_listens_gets_spans_of_the_deploy_its_components_and_its_objects()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "WholeTale",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var here = new Activity("test").Start();

        await SimulatedCluster.DeployAsync(simulated.Cluster("spans"), Given.Manifests(("store", [], [Given.ConfigMap("spans", "a", "b")])));

        var mine = spans.Where(span => span.TraceId == here.TraceId).ToList();
        var deploy = Assert.Single(mine, span => span.OperationName == "deploy");
        var component = Assert.Single(mine, span => span.OperationName == "component");
        var apply = Assert.Single(mine, span => span.OperationName == "apply");
        Assert.Equal((deploy.SpanId, component.SpanId), (component.ParentSpanId, apply.ParentSpanId));
        Assert.Equal("ConfigMap spans/a", apply.GetTagItem("object"));
    }

    private async Task<string> DeployPlatformAsync(string space)
    {
        await simulated.SetFaultsAsync($$"""{"userAgent":"wholetale*","namespace":"{{space}}","verb":"patch","resource":"deployments","status":503,"count":3}""");
        var path = Path.Combine(_folder.FullName, "page.html");
        await using var plan = await PlatformDeployment.PlanAsync(simulated.Cluster(space), new DeployOptions { ReportPath = path }, new SimulatedCluster.Listener(), CancellationToken.None);
        await plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
        return path;
    }

    private async Task<(string Dom, byte[] Image)> BrowseAsync(string page, string picture, params string[] more)
    {
        var browser = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "There is no chromium to look at the page with.");
        var image = Path.Combine(_folder.FullName, picture);
        string[] always = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={_folder.FullName}/browser", "--window-size=1200,1500", "--hide-scrollbars", .. more];
        var address = new Uri(page).AbsoluteUri;
        await RunAsync(browser!, [.. always, $"--screenshot={image}", address]);
        if (Environment.GetEnvironmentVariable("WT_KEEP_PICTURES") is { Length: > 0 } keep)
            File.Copy(image, Path.Combine(keep, picture), overwrite: true);
        return (await RunAsync(browser!, [.. always, "--dump-dom", address]), await File.ReadAllBytesAsync(image));
    }

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.True(process.ExitCode == 0, await error);
        return await output;
    }

    private static async Task<List<(string Event, string Result)>> ReadAsync(string log) =>
        [.. (await File.ReadAllLinesAsync(log)).Select(line => JsonNode.Parse(line)).Select(line => (line.Text("event"), line.Text("result")))];
}
