namespace WholeTale.Bench;

/// <summary>The same objects on the same server: kubectl, helm, ours in session and ours as a whole process.</summary>
internal static class DeployScenario
{
    private const int Runs = 7;
    private const string Namespace = "wholetale";

    public static async Task RunAsync(Workbench workbench, Results results)
    {
        var kubeconfig = await workbench.StartClusterAsync("bench-deploy");
        var manifests = Path.Combine(workbench.Folder, "manifests");
        await workbench.ShellAsync($"$null = Export-WTManifest -WarningAction SilentlyContinue -Path '{manifests}' -IncludeSecrets");
        var chart = await ChartAsync(workbench.Folder, manifests);

        var kubectl = new List<double>();
        var helm = new List<double>();
        var helmAgain = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            await workbench.RunAsync(Workbench.Kubectl, ["create", "namespace", Namespace], kubeconfig);
            kubectl.Add(await Workbench.TimeAsync(async () =>
            {
                await workbench.RunAsync(Workbench.Kubectl, ["apply", "--server-side", "-n", Namespace, "-f", manifests], kubeconfig);
                await workbench.RunAsync(Workbench.Kubectl, ["wait", "-n", Namespace, "--for=condition=Available", "deployment", "--all", "--timeout=60s"], kubeconfig);
                await workbench.RunAsync(Workbench.Kubectl, ["wait", "-n", Namespace, "--for=jsonpath={.status.readyReplicas}=1", "statefulset", "--all", "--timeout=60s"], kubeconfig);
            }));
            await workbench.RunAsync(Workbench.Kubectl, ["delete", "namespace", Namespace, "--wait"], kubeconfig);

            await workbench.RunAsync(Workbench.Kubectl, ["create", "namespace", Namespace], kubeconfig);
            helm.Add(await Workbench.TimeAsync(() => HelmAsync(workbench, chart, kubeconfig)));
            helmAgain.Add(await Workbench.TimeAsync(() => HelmAsync(workbench, chart, kubeconfig)));
            await workbench.RunAsync(Workbench.Helm, ["uninstall", "wholetale", "-n", Namespace, "--wait"], kubeconfig);
            await workbench.RunAsync(Workbench.Kubectl, ["delete", "namespace", Namespace, "--wait"], kubeconfig);
        }

        var process = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            process.Add(await Workbench.TimeAsync(() => workbench.ShellAsync("$null = Get-WTCluster bench-deploy | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue")));
            await workbench.ShellAsync("Get-WTCluster bench-deploy | Remove-WholeTale -Confirm:$false");
        }

        var session = Workbench.Readings(await workbench.ShellAsync($$"""
            $cluster = Get-WTCluster bench-deploy
            function Measure-Step([string] $Name, [scriptblock] $Step) {
                $watch = [System.Diagnostics.Stopwatch]::StartNew()
                $null = & $Step
                "$Name=$($watch.Elapsed.TotalMilliseconds)"
            }
            foreach ($run in 0..{{Runs}}) {
                Measure-Step "first$(if ($run -eq 0) { '-cold' })" { $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue }
                Measure-Step "again$(if ($run -eq 0) { '-cold' })" { $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue }
                Measure-Step "remove$(if ($run -eq 0) { '-cold' })" { $cluster | Remove-WholeTale -Confirm:$false }
            }
            "peak=$([System.Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB)"
            """));

        results.Add("first deploy, kubectl apply + wait", kubectl);
        results.Add("first deploy, helm --install --wait", helm);
        results.Add("unchanged deploy, helm", helmAgain);
        results.Add("first deploy, ours, whole process", process);
        results.Add("first deploy, ours, first of a session", [.. session["first-cold"]]);
        results.Add("first deploy, ours, in session", [.. session["first"]]);
        results.Add("unchanged deploy, ours, in session", [.. session["again"]]);
        results.Add("removal, ours, in session", [.. session["remove"]]);
        results.Ratio("first deploy vs kubectl", "first deploy, ours, in session", "first deploy, kubectl apply + wait");
        results.Ratio("first deploy vs helm", "first deploy, ours, in session", "first deploy, helm --install --wait");
        results.Ratio("unchanged deploy vs helm", "unchanged deploy, ours, in session", "unchanged deploy, helm");
        results.Ratio("whole-process deploy vs kubectl", "first deploy, ours, whole process", "first deploy, kubectl apply + wait");
        results.Ratio("whole-process deploy vs helm", "first deploy, ours, whole process", "first deploy, helm --install --wait");
        results.Figure("session peak memory MB", session["peak"].Single());
    }

    private static Task<string> HelmAsync(Workbench workbench, string chart, string kubeconfig) =>
        workbench.RunAsync(Workbench.Helm, ["upgrade", "--install", "wholetale", chart, "-n", Namespace, "--wait", "--timeout", "60s"], kubeconfig);

    // The rendered manifests as a chart, without the Namespace: helm's release lives in it.
    private static async Task<string> ChartAsync(string folder, string manifests)
    {
        var chart = Path.Combine(folder, "chart");
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
