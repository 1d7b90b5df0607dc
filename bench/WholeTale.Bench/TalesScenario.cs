namespace WholeTale.Bench;

/// <summary>Many tales launched from one pipeline, listed and removed.</summary>
internal static class TalesScenario
{
    private const int Tales = 200;

    public static async Task RunAsync(Workbench workbench, Results results)
    {
        await workbench.StartClusterAsync("bench-tales", nodes: 100);
        var readings = Workbench.Readings(await workbench.ShellAsync($$"""
            $cluster = Get-WTCluster bench-tales
            $null = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
            $requests = foreach ($number in 1..{{Tales}}) { [pscustomobject]@{ Name = "Tale $number"; User = "user$number"; Image = 'jupyter/base-notebook:latest' } }
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $pods = @($requests | New-WTTalePod -Cluster $cluster)
            "launch=$($watch.Elapsed.TotalSeconds)"
            if ($pods.Count -ne {{Tales}}) { throw "Of {{Tales}} tales, $($pods.Count) run." }
            $watch.Restart()
            $null = $cluster | Get-WTTalePod
            "list=$($watch.Elapsed.TotalSeconds)"
            $watch.Restart()
            $pods | Remove-WTTalePod -Cluster $cluster -Confirm:$false
            "remove=$($watch.Elapsed.TotalSeconds)"
            """));
        results.Figure("tales launched per second", Tales / readings["launch"].Single());
        results.Figure("tales removed per second", Tales / readings["remove"].Single());
        results.Figure("tales list seconds", readings["list"].Single());
    }
}
