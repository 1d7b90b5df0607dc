namespace WholeTale.Bench;

/// <summary>What importing the module costs a cold process, beyond the engine.</summary>
internal static class ImportScenario
{
    private const int Runs = 7;

    public static async Task RunAsync(Workbench workbench, Results results)
    {
        var module = Path.Combine(Workbench.Repository, "module", "WholeTale.psd1");
        var file = Path.Combine(workbench.Folder, "import.ps1");
        await File.WriteAllTextAsync(file, $"""
            $process = [System.Diagnostics.Process]::GetCurrentProcess()
            $before = $process.TotalProcessorTime
            Import-Module '{module}'
            $process.Refresh()
            "cpu=$(($process.TotalProcessorTime - $before).TotalMilliseconds)"
            """);
        var values = new List<double>();
        for (var run = 0; run < Runs; run++)
            values.Add(Workbench.Readings(await workbench.RawShellAsync(file))["cpu"].Single());
        results.Add("module import, CPU of a cold process", values);
        results.Figure("module import milliseconds", Results.Median(values));
    }
}
