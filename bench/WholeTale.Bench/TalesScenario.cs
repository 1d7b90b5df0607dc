namespace WholeTale.Bench;

/// <summary>Many tales launched from one pipeline and removed; more of them listed.</summary>
internal static class TalesScenario
{
    private static readonly int Tales = Number("WT_BENCH_TALES", 1000);
    private static readonly int Listed = Number("WT_BENCH_LISTED", 5000);

    public static async Task RunAsync(Workbench workbench, Results results)
    {
        // 110 pods a node.
        using var simulator = await SimulatorClient.FromAsync(await workbench.StartClusterAsync("bench-tales", nodes: (Listed / 100) + 2));
        // The cluster has run for a while: a simulator that has just been started compiles its own code, which no real API server does.
        await workbench.ShellAsync($$"""
            $cluster = Get-WTCluster bench-tales
            $null = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
            $warm = foreach ($number in 1..300) { [pscustomobject]@{ Name = "Warm $number"; Image = 'jupyter/base-notebook:latest'; Memory = '64m' } }
            $null = $warm | New-WTTalePod -Cluster $cluster
            Remove-WTTalePod $cluster * -Confirm:$false
            """);
        await simulator.ForgetRequestsAsync();

        var readings = Workbench.Readings(await workbench.ShellAsync($$"""
            $cluster = Get-WTCluster bench-tales
            $me = [System.Diagnostics.Process]::GetCurrentProcess()
            $requests = foreach ($number in 1..{{Tales}}) { [pscustomobject]@{ Name = "Tale $number"; User = "user$number"; Image = 'jupyter/base-notebook:latest'; Memory = '64m' } }
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $pods = @($requests | New-WTTalePod -Cluster $cluster)
            "launch=$($watch.Elapsed.TotalSeconds)"
            $me.Refresh()
            "memory=$($me.PeakWorkingSet64 / 1MB)"
            "processor=$($me.TotalProcessorTime.TotalSeconds)"
            if ($pods.Count -ne {{Tales}}) { throw "Of {{Tales}} tales, $($pods.Count) run." }
            $watch.Restart()
            $pods | Remove-WTTalePod -Cluster $cluster -Confirm:$false
            "remove=$($watch.Elapsed.TotalSeconds)"
            if (Get-WTTalePod $cluster) { throw 'Tales are left after their removal.' }
            """));
        var requests = await simulator.RequestsAsync();
        results.Figure("tales launched per second", Tales / readings["launch"].Single());
        results.Figure("tales removed per second", Tales / readings["remove"].Single());
        results.Figure("tales session peak memory MB", readings["memory"].Single());
        results.Figure("tales session processor ms each", 1000 * readings["processor"].Single() / Tales);
        results.Figure("tales requests each", (double)requests.Count(request => (string?)request["verb"] != "GET") / Tales);
        results.Figure("tales watches", requests.Count(request => ((string?)request["query"] ?? "").Contains("watch=true", StringComparison.Ordinal)));

        var listing = Workbench.Readings(await workbench.ShellAsync($$"""
            $cluster = Get-WTCluster bench-tales
            $requests = foreach ($number in 1..{{Listed}}) { [pscustomobject]@{ Name = "Tale $number"; User = "user$number"; Image = 'jupyter/base-notebook:latest'; Memory = '64m' } }
            $null = $requests | New-WTTalePod -Cluster $cluster -ThrottleLimit 64
            foreach ($run in 1..3) {
                $watch = [System.Diagnostics.Stopwatch]::StartNew()
                $found = @($cluster | Get-WTTalePod)
                "list=$($watch.Elapsed.TotalSeconds)"
                if ($found.Count -ne {{Listed}}) { throw "Of {{Listed}} tales, $($found.Count) are listed." }
            }
            """));
        results.Figure("tales listed", Listed);
        results.Figure("tales list seconds", Results.Median([.. listing["list"]]));
    }

    private static int Number(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;
}
