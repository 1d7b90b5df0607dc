namespace WholeTale.Bench;

/// <summary>The same objects on the same server: kubectl, helm, ours in session and ours as a whole process.</summary>
internal static class DeployScenario
{
    private const int Runs = 7;
    private const int DistantRuns = 3;
    private const string Namespace = "wholetale";

    public static async Task RunAsync(Workbench workbench, Results results)
    {
        await MeasureAsync(workbench, results, "bench-deploy", Runs, "");

        // The same at a distance of 100 ms: what counts there is how many requests follow one another.
        await Workbench.SetFaultsAsync(
            await workbench.StartClusterAsync("bench-distance"), """[{"on":"api","action":"latency","milliseconds":100},{"on":"watch","action":"latency","milliseconds":100}]""");
        await MeasureAsync(workbench, results, "bench-distance", DistantRuns, ", 100 ms away");
    }

    private static async Task MeasureAsync(Workbench workbench, Results results, string cluster, int runs, string where)
    {
        var kubeconfig = await workbench.StartClusterAsync(cluster);
        var manifests = await ExportAsync(workbench, "manifests", "");
        var upgraded = await ExportAsync(workbench, "upgraded", "-Setting @{ 'Images.Dashboard' = 'wholetale/ngx-dashboard:next' }");
        var (chart, upgradedChart) = (await ChartAsync(workbench.Folder, "chart", manifests), await ChartAsync(workbench.Folder, "upgraded-chart", upgraded));

        var peers = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        for (var run = 0; run < runs; run++)
        {
            await workbench.RunAsync(Workbench.Kubectl, ["create", "namespace", Namespace], kubeconfig);
            await TimeAsync("first deploy, kubectl apply + wait", () => KubectlAsync(workbench, manifests, kubeconfig));
            await TimeAsync("unchanged deploy, kubectl", () => KubectlAsync(workbench, manifests, kubeconfig));
            await TimeAsync("one-image upgrade, kubectl", () => KubectlAsync(workbench, upgraded, kubeconfig));
            await TimeAsync("removal, kubectl delete --wait", () => workbench.RunAsync(Workbench.Kubectl, ["delete", "-n", Namespace, "-f", upgraded, "--wait", "--ignore-not-found"], kubeconfig));
            await workbench.RunAsync(Workbench.Kubectl, ["delete", "namespace", Namespace, "--wait", "--ignore-not-found"], kubeconfig);

            await workbench.RunAsync(Workbench.Kubectl, ["create", "namespace", Namespace], kubeconfig);
            await TimeAsync("first deploy, helm --install --wait", () => HelmAsync(workbench, chart, kubeconfig));
            await TimeAsync("unchanged deploy, helm", () => HelmAsync(workbench, chart, kubeconfig));
            await TimeAsync("one-image upgrade, helm", () => HelmAsync(workbench, upgradedChart, kubeconfig));
            await TimeAsync("removal, helm uninstall --wait", () => workbench.RunAsync(Workbench.Helm, ["uninstall", "wholetale", "-n", Namespace, "--wait"], kubeconfig));
            await workbench.RunAsync(Workbench.Kubectl, ["delete", "namespace", Namespace, "--wait"], kubeconfig);

            await workbench.RunAsync(Workbench.Kubectl, ["create", "namespace", Namespace], kubeconfig);
            await TimeAsync(
                "first deploy, ours, whole process", () => workbench.ShellAsync($"$null = Get-WTCluster {cluster} | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue"));
            await workbench.ShellAsync($"Get-WTCluster {cluster} | Remove-WholeTale -Confirm:$false");
            await workbench.RunAsync(Workbench.Kubectl, ["delete", "namespace", Namespace, "--wait"], kubeconfig);
        }

        var session = Workbench.Readings(await workbench.ShellAsync($$"""
            $env:KUBECONFIG = '{{kubeconfig}}'
            $cluster = Get-WTCluster {{cluster}}
            $deploy = @{ SkipGirderSetup = $true; WarningAction = 'SilentlyContinue' }
            function Measure-Step([string] $Name, [scriptblock] $Step) {
                $watch = [System.Diagnostics.Stopwatch]::StartNew()
                $null = & $Step
                "$Name=$($watch.Elapsed.TotalMilliseconds)"
            }
            foreach ($run in 0..{{runs}}) {
                $cold = if ($run -eq 0) { '-cold' }
                # As for the peers: the namespace is there before, and stays.
                $null = & '{{Workbench.Kubectl}}' create namespace {{Namespace}}
                Measure-Step "first$cold" { $cluster | Deploy-WholeTale @deploy }
                Measure-Step "again$cold" { $cluster | Deploy-WholeTale @deploy }
                Measure-Step "upgrade$cold" { $cluster | Deploy-WholeTale @deploy -Setting @{ 'Images.Dashboard' = 'wholetale/ngx-dashboard:next' } }
                Measure-Step "remove$cold" { $cluster | Remove-WholeTale -Confirm:$false }
                $null = & '{{Workbench.Kubectl}}' delete namespace {{Namespace}} --wait
            }
            "peak=$([System.Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB)"
            $objects = ($cluster | Deploy-WholeTale @deploy).Objects.Count
            "objects=$objects"
            "requests=$(@($cluster | Deploy-WholeTale @deploy -Verbose 4>&1 | Where-Object { "$_" -cmatch '^(GET|PATCH|POST|PUT|DELETE) ' }).Count)"
            $cluster | Remove-WholeTale -Confirm:$false
            """));

        foreach (var (name, values) in peers)
            results.Add(name + where, values);
        foreach (var (reading, name) in new[] { ("first-cold", "first deploy, ours, first of a session"), ("first", "first deploy, ours, in session"), ("again", "unchanged deploy, ours, in session"), ("upgrade", "one-image upgrade, ours, in session"), ("remove", "removal, ours, in session") })
            results.Add(name + where, [.. session[reading]]);
        foreach (var (what, kubectl, helm) in new[]
        {
            ("first deploy", "first deploy, kubectl apply + wait", "first deploy, helm --install --wait"), ("unchanged deploy", "unchanged deploy, kubectl", "unchanged deploy, helm"),
            ("one-image upgrade", "one-image upgrade, kubectl", "one-image upgrade, helm"), ("removal", "removal, kubectl delete --wait", "removal, helm uninstall --wait"),
        })
        {
            results.Ratio($"{what} vs kubectl{where}", $"{what}, ours, in session{where}", kubectl + where);
            results.Ratio($"{what} vs helm{where}", $"{what}, ours, in session{where}", helm + where);
        }

        results.Ratio($"whole-process deploy vs kubectl{where}", $"first deploy, ours, whole process{where}", $"first deploy, kubectl apply + wait{where}");
        results.Ratio($"whole-process deploy vs helm{where}", $"first deploy, ours, whole process{where}", $"first deploy, helm --install --wait{where}");
        results.Figure($"session peak memory MB{where}", session["peak"].Single());
        results.Figure($"objects deployed{where}", session["objects"].Single());
        results.Figure($"requests of an unchanged deploy{where}", session["requests"].Single());

        async Task TimeAsync(string name, Func<Task> work)
        {
            if (!peers.TryGetValue(name, out var values))
                peers[name] = values = [];
            values.Add(await Workbench.TimeAsync(work));
        }
    }

    private static async Task<string> ExportAsync(Workbench workbench, string name, string settings)
    {
        var folder = Path.Combine(workbench.Folder, name);
        if (!Directory.Exists(folder))
            await workbench.ShellAsync($"$null = Export-WTManifest -WarningAction SilentlyContinue -Path '{folder}' -IncludeSecrets {settings}");
        return folder;
    }

    private static async Task KubectlAsync(Workbench workbench, string manifests, string kubeconfig)
    {
        await workbench.RunAsync(Workbench.Kubectl, ["apply", "--server-side", "--force-conflicts", "-n", Namespace, "-f", manifests], kubeconfig);
        await workbench.RunAsync(Workbench.Kubectl, ["wait", "-n", Namespace, "--for=condition=Available", "deployment", "--all", "--timeout=60s"], kubeconfig);
        await workbench.RunAsync(Workbench.Kubectl, ["wait", "-n", Namespace, "--for=jsonpath={.status.readyReplicas}=1", "statefulset", "--all", "--timeout=60s"], kubeconfig);
    }

    private static Task<string> HelmAsync(Workbench workbench, string chart, string kubeconfig) =>
        workbench.RunAsync(Workbench.Helm, ["upgrade", "--install", "wholetale", chart, "-n", Namespace, "--wait", "--timeout", "60s"], kubeconfig);

    // The rendered manifests as a chart, without the Namespace: helm's release lives in it.
    private static async Task<string> ChartAsync(string folder, string name, string manifests)
    {
        var chart = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.Combine(chart, "templates"));
        await File.WriteAllTextAsync(Path.Combine(chart, "Chart.yaml"), "apiVersion: v2\nname: wholetale\nversion: 0.1.0\n");
        foreach (var file in Directory.EnumerateFiles(manifests, "*.yaml"))
        {
            var text = (await File.ReadAllTextAsync(file)).Replace("{{", "{{ \"{{\" }}", StringComparison.Ordinal);
            var documents = text.Split("\n---\n").Where(document => !document.Contains("kind: Namespace", StringComparison.Ordinal) && !document.Contains("kind: \"Namespace\"", StringComparison.Ordinal));
            await File.WriteAllTextAsync(Path.Combine(chart, "templates", Path.GetFileName(file)), string.Join("\n---\n", documents));
        }

        return chart;
    }
}
