using System.Diagnostics;
using System.Xml.Linq;

namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>The pwsh and Pester that are installed here, where they are.</summary>
internal sealed class RealPester(string pwsh, string version)
{
    private static readonly Lazy<RealPester?> Found = new(Find);

    /// <summary>What runs the specs: null where it is the engine in this process.</summary>
    internal static RealPester? Installed => Found.Value;

    public override string ToString() => $"Pester {version} under {pwsh}";

    /// <summary>Runs a spec file in a process of its own.</summary>
    internal IReadOnlyList<SpecResult> Run(string file)
    {
        var report = Path.Combine(Path.GetTempPath(), $"wt-pester-{Guid.NewGuid():N}.xml");
        try
        {
            var output = Execute(pwsh, $$"""
                $ErrorActionPreference = 'Stop'
                Import-Module Pester -RequiredVersion {{version}}
                Invoke-Pester -Configuration @{
                    Run        = @{ Path = '{{Quoted(file)}}'; Exit = $false }
                    Output     = @{ Verbosity = 'None' }
                    TestResult = @{ Enabled = $true; OutputFormat = 'NUnitXml'; OutputPath = '{{Quoted(report)}}' }
                }
                """);
            return File.Exists(report) ? [.. Read(XDocument.Load(report))] : throw new InvalidOperationException($"Pester left no report of {file}: {output}");
        }
        finally
        {
            File.Delete(report);
        }
    }

    /// <summary>Reads an NUnit 2.5 report as Pester writes it: a test-case's description is its title, and the suites around it are its blocks.</summary>
    internal static IEnumerable<SpecResult> Read(XDocument report)
    {
        foreach (var test in report.Descendants("test-case"))
        {
            var outcome = (string?)test.Attribute("result") switch
            {
                "Success" => SpecOutcome.Passed,
                "Ignored" or "Skipped" or "Inconclusive" => SpecOutcome.Skipped,
                _ => SpecOutcome.Failed,
            };
            var message = string.Join('\n', test.Descendants().Where(part => part.Name.LocalName is "message" or "stack-trace").Select(part => part.Value.Trim()));
            yield return new SpecResult((string)test.Attribute("name")!, outcome, message);
        }
    }

    private static RealPester? Find()
    {
        var file = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        var pwsh = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        if (pwsh is null)
            return null;
        var version = Execute(pwsh, """
            if ($PSVersionTable.PSVersion -ge [version]'7.6') {
                $pester = Get-Module -ListAvailable Pester | Where-Object Version -ge ([version]'5.5') | Where-Object Version -lt ([version]'6.0') | Select-Object -First 1
                "$($pester.Version)"
            }
            """).Trim();
        return version.Length > 0 ? new RealPester(pwsh, version) : null;
    }

    private static string Execute(string pwsh, string script)
    {
        var start = new ProcessStartInfo(pwsh) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var word in new[] { "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", script })
            start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : output + error.Result;
    }

    private static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);
}
