using System.Diagnostics;

namespace WholeTale.PowerShell.Tests.MainJob;

/// <summary>The examples of tales, run as they stand; the quickstart has a test of its own.</summary>
public sealed class TaleExampleTests : IDisposable
{
    private const string Namespace = "wholetale";
    private static readonly string Examples = Path.Combine(Engine.Repository, "examples");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Engine engine = Engine.WithModule();
    private readonly string settings;

    public TaleExampleTests()
    {
        settings = engine.Write("settings.psd1", $"@{{ StateFolder = '{engine.Folder}/state'; Simulator = @{{ Delays = 'None' }} }}");
        engine.Run($$"""
            $cluster = New-WTCluster examples -SettingsPath '{{settings}}'
            $null = $cluster | Deploy-WholeTale -WarningAction SilentlyContinue
            """);
    }

    [Fact]
    public void Every_example_has_a_test() => Assert.Equal(
        ["cull-tales.ps1", "cull-tales.yaml", "launch-tales.ps1", "quickstart.ps1", "tales.psd1"],
        Directory.EnumerateFiles(Examples).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    [Fact]
    public void A_list_is_launched_and_told_tale_by_tale()
    {
        var said = string.Join('\n', engine.Run($"& '{Examples}/launch-tales.ps1' -Cluster examples -SettingsPath '{settings}'"));

        Assert.Contains("Jupyter Classic of ada runs at https://", said, StringComparison.Ordinal);
        Assert.Contains("RStudio of bob runs at https://", said, StringComparison.Ordinal);
        Assert.DoesNotContain("token=", said, StringComparison.Ordinal);
        Assert.Equal("02:00:00", engine.Run("(Get-WTTalePod $cluster -Tale RStudio).IdleTimeout").Single().ToString());
    }

    [Fact]
    public void A_tale_that_cannot_be_launched_is_told_and_the_script_ends_with_1()
    {
        var list = engine.Write("bad.json", """[{"image":"a/b","name":"Good"},{"image":"a/b","name":"Bad","memory":"much"}]""");

        var outcome = engine.Try($"& '{Examples}/launch-tales.ps1' -Cluster examples -SettingsPath '{settings}' -Path '{list}'; \"ended with $LASTEXITCODE\"");

        var said = string.Join('\n', outcome.Output);
        Assert.Contains("Good of", said, StringComparison.Ordinal);
        Assert.Contains("Not launched:", said, StringComparison.Ordinal);
        Assert.Contains("ended with 1", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Culling_runs_with_the_rights_of_its_own_Role_alone()
    {
        var kubectl = Environment.GetEnvironmentVariable("WT_KUBECTL") ?? Path.Combine(Engine.Repository, "artifacts", "tools", "kubectl");
        if (!File.Exists(kubectl))
            Assert.Skip("kubectl is not there: .ci/install puts it into artifacts/tools, or WT_KUBECTL names it.");
        engine.Run("$null = $cluster | Export-WTKubeconfig -Path ./kubeconfig");
        engine.Run("$null = New-WTTalePod $cluster -Image a/b -Name Idle -User ada -IdleTimeout 1; $null = New-WTTalePod $cluster -Image a/b -Name Used -User ada");
        engine.Run("while ((Get-WTTalePod $cluster -Tale Idle).Started.AddSeconds(2) -gt [System.DateTimeOffset]::UtcNow) { }");
        await RunAsync(kubectl, "apply", "-n", Namespace, "-f", Path.Combine(Examples, "cull-tales.yaml"));
        var token = (await RunAsync(kubectl, "create", "token", "tale-culler", "-n", Namespace)).Trim();
        var kubeconfig = (await File.ReadAllTextAsync(Path.Combine(engine.Folder, "kubeconfig"))).Split('\n')
            .Select(line => line.TrimStart().StartsWith("token:", StringComparison.Ordinal) ? line[..line.IndexOf("token:", StringComparison.Ordinal)] + $"token: \"{token}\"" : line);
        var own = engine.Write("culler.kubeconfig", string.Join('\n', kubeconfig));
        var culler = engine.Write("culler.psd1", $"@{{ Provider = 'Existing'; Existing = @{{ Kubeconfig = '{own}' }} }}");

        var outcome = engine.Try($"& '{Examples}/cull-tales.ps1' -Cluster (Get-WTCluster -SettingsPath '{culler}' -Provider Existing).Name -SettingsPath '{culler}'");

        var said = string.Join('\n', outcome.Output.Select(line => line.ToString()).Concat(outcome.Errors.Select(error => error.ToString())));
        Assert.True(said.Contains("Removed: Idle of ada", StringComparison.Ordinal), said);
        Assert.Contains("2 tales before, 1 after.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Failed", said, StringComparison.Ordinal);
        var refused = engine.Try($"New-WTTalePod (Get-WTCluster -SettingsPath '{culler}' -Provider Existing) -Image a/b -ErrorAction Stop");
        Assert.Contains("forbidden", Assert.Single(refused.Errors).ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("tale-culler", await RunAsync(kubectl, "get", "cronjob", "-n", Namespace), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        engine.Run("$cluster | Remove-WTCluster -Confirm:$false");
        engine.Dispose();
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = Path.Combine(engine.Folder, "kubeconfig");
        start.Environment["HOME"] = engine.Folder;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error}");
        return await output;
    }
}
