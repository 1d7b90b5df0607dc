namespace WholeTale.Bench;

/// <summary>What importing the module costs a cold process, beyond the engine.</summary>
internal static class ImportScenario
{
    private const int Runs = 9;

    public static async Task RunAsync(Workbench workbench, Results results)
    {
        // Beyond the engine: what importing any module costs a cold engine is the engine's own.
        var empty = Path.Combine(workbench.Folder, "empty");
        Directory.CreateDirectory(empty);
        await File.WriteAllTextAsync(Path.Combine(empty, "empty.psd1"), "@{ RootModule = 'empty.psm1'; ModuleVersion = '1.0'; FunctionsToExport = @(); CmdletsToExport = @() }");
        await File.WriteAllTextAsync(Path.Combine(empty, "empty.psm1"), "");

        var engine = new List<double>();
        var module = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            engine.Add(await ImportAsync(workbench, Path.Combine(empty, "empty.psd1")));
            module.Add(await ImportAsync(workbench, Path.Combine(Workbench.Repository, "module", "WholeTale.psd1")));
        }

        results.Add("import of an empty module, CPU, cold", engine);
        results.Add("import of our module, CPU, cold", module);
        results.Figure("module import milliseconds", Results.Median(module) - Results.Median(engine));
    }

    private static async Task<double> ImportAsync(Workbench workbench, string manifest)
    {
        var file = Path.Combine(workbench.Folder, "import.ps1");
        await File.WriteAllTextAsync(file, $"""
            $process = [System.Diagnostics.Process]::GetCurrentProcess()
            $before = $process.TotalProcessorTime
            Import-Module '{manifest}'
            $process.Refresh()
            "cpu=$(($process.TotalProcessorTime - $before).TotalMilliseconds)"
            """);
        return Workbench.Readings(await workbench.RawShellAsync(file))["cpu"].Single();
    }
}
