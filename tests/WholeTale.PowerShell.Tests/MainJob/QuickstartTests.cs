using System.Diagnostics;

namespace WholeTale.PowerShell.Tests.MainJob;

/// <summary>The README's first command, as a process of its own.</summary>
public sealed class QuickstartTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo state = Directory.CreateTempSubdirectory("wholetale-quickstart-");

    [Fact]
    public async Task The_example_ends_well_and_leaves_nothing()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = state.FullName };
        start.ArgumentList.Add(ShellAssembly());
        start.ArgumentList.Add(Path.Combine(Engine.Repository, "examples", "quickstart.ps1"));
        start.Environment["XDG_STATE_HOME"] = state.FullName;
        start.Environment["LOCALAPPDATA"] = state.FullName;

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(Patience);

            Assert.True(process.ExitCode == 0, $"{await output}\n{await error}");
            Assert.Contains("girder         Ready", await output, StringComparison.Ordinal);
            Assert.Contains("https://girder.local.wholetale.org/", await output, StringComparison.Ordinal);
            Assert.Contains("The administrator is 'admin'", await output, StringComparison.Ordinal);
            Assert.Contains("nothing is left", await output, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFiles(state.FullName, "simulator.json", SearchOption.AllDirectories));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => state.Delete(recursive: true);

    // Built in the configuration in which the tests were.
    private static string ShellAssembly()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Path.Combine(Engine.Repository, "src", "WholeTale.Shell", "bin", configuration, "net10.0", "WholeTale.Shell.dll");
    }
}
