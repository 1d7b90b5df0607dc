namespace WholeTale.PowerShell.Tests.Shell;

/// <summary>The console host, as a process.</summary>
public sealed class ShellTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wt-shell-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("'fine'", 0)]
    [InlineData("exit 5", 5)]
    [InlineData("exit 0", 0)]
    [InlineData("throw 'bad'", 1)]
    [InlineData("Import-Module nope; 'goes on'", 1)]
    [InlineData("Import-Module nope -ErrorAction SilentlyContinue; 'goes on'", 0)]
    [InlineData("if (", 1)]
    public async Task The_exit_code_says_how_a_script_ended(string script, int expected) =>
        Assert.Equal(expected, (await ShellRun.RunAsync(Write("x.ps1", script))).ExitCode);

    [Theory]
    [InlineData("1 + 1", 0)]
    [InlineData("exit 5", 5)]
    [InlineData("throw 'bad'", 1)]
    [InlineData("Import-Module nope", 1)]
    public async Task The_exit_code_says_how_a_command_ended(string command, int expected) =>
        Assert.Equal(expected, (await ShellRun.RunAsync("-Command", command)).ExitCode);

    [Fact]
    public async Task The_engine_tells_its_makers_nothing() =>
        Assert.Equal("False\n", (await ShellRun.RunAsync("-Command", "[Microsoft.PowerShell.Telemetry.ApplicationInsightsTelemetry]::CanSendTelemetry")).Output);

    [Fact]
    public async Task A_script_gets_its_arguments()
    {
        var file = Write("it's.ps1", "param([string] $Name, [switch] $Loud, [switch] $Quiet, [Parameter(ValueFromRemainingArguments)] $Rest)\n\"$Name|$Loud|$Quiet|$Rest|$PSScriptRoot\"");

        var run = await ShellRun.RunAsync(file, "-Name", "a b", "-Loud", "-Quiet:$false", "c", "d");

        Assert.Equal($"a b|True|False|c d|{folder.FullName}\n", run.Output);
    }

    [Theory]
    [InlineData(new[] { "one word" }, "one word|1\n")]
    [InlineData(new string[0], "|0\n")]
    [InlineData(new[] { "-5", "x" }, "-5|2\n")]
    public async Task A_script_without_parameters_gets_its_arguments_as_args(string[] arguments, string expected)
    {
        var run = await ShellRun.RunAsync([Write("x.ps1", "\"$($args[0])|$($args.Count)\""), .. arguments]);

        Assert.Equal(expected, run.Output);
    }

    [Fact]
    public async Task Objects_go_through_views_to_the_output_and_all_else_to_the_error_stream()
    {
        var run = await ShellRun.RunAsync("-Command", "$VerbosePreference = 'Continue'; $Host.UI.WriteWarningLine('w'); Import-Module nope; [pscustomobject]@{ First = 1; Second = 'two' }");

        Assert.Equal("\nFirst Second\n----- ------\n    1 two\n\n", run.Output);
        Assert.Contains("WARNING: w", run.Error, StringComparison.Ordinal);
        Assert.Contains("Import-Module: The specified module 'nope' was not loaded", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_script_gave_before_it_broke_off_is_shown()
    {
        var run = await ShellRun.RunAsync(Write("x.ps1", "[pscustomobject]@{ A = 1 }\nthrow 'bad'"));

        Assert.Contains("A\n-\n1", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_tells_where_in_the_script_it_is()
    {
        var file = Write("x.ps1", "'first'\n    throw 'a bad day'");

        var run = await ShellRun.RunAsync(file);

        Assert.Equal($"a bad day\n  at {file}:2\n     throw 'a bad day'\n", run.Error);
    }

    [Fact]
    public async Task An_error_tells_what_to_do_where_its_message_does_not()
    {
        var run = await ShellRun.RunAsync("-Command", """
            & { [CmdletBinding()] param()
                $error = [System.Management.Automation.ErrorRecord]::new([Exception]::new('It broke.'), 'Id', 'NotSpecified', $null)
                $error.ErrorDetails = [System.Management.Automation.ErrorDetails]::new('It broke.')
                $error.ErrorDetails.RecommendedAction = 'Mend it.'
                $PSCmdlet.WriteError($error) }
            """);

        Assert.Contains("It broke.", run.Error, StringComparison.Ordinal);
        Assert.Contains("-> Mend it.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_is_not_there_is_said_to_be()
    {
        var run = await ShellRun.RunAsync("none.ps1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("none.ps1 does not exist", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_terminal_progress_is_a_line_a_milestone()
    {
        var run = await ShellRun.RunAsync("-Command", """
            $record = [System.Management.Automation.ProgressRecord]::new(1, 'Baking', 'mixing 1 %')
            foreach ($percent in 1..50) { $record.PercentComplete = $percent; $record.StatusDescription = "mixing $percent %"; $Host.UI.WriteProgress(1, $record) }
            $record.StatusDescription = 'in the oven'; $Host.UI.WriteProgress(1, $record)
            $record.RecordType = 'Completed'; $Host.UI.WriteProgress(1, $record)
            """);

        Assert.Equal("Baking: mixing 1 %\nBaking: in the oven\nBaking: done\n", run.Error);
    }

    [Fact]
    public async Task A_question_that_nobody_can_answer_is_an_error_that_says_so()
    {
        var run = await ShellRun.RunAsync("-Command", "& { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('x', 'y')) { 'done' } }");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("-Confirm:$false", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("done", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Piped_commands_are_a_script() => Assert.Equal("2\n", (await ShellRun.RunWithInputAsync("1 + 1\nexit 0\n", "-Command", "1 + 1")).Output);

    [Fact]
    public async Task Ctrl_C_stops_the_pipeline_and_finally_blocks_run()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The test sends a signal by kill.");
        using var process = ShellRun.Start(ShellRun.Dotnet, [ShellRun.Assembly, "-Command", "try { 'ready'; while ($true) { } } finally { $Host.UI.WriteLine('cleaned') }"]);
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));

        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]))
            await kill.WaitForExitAsync();

        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(130, process.ExitCode);
            Assert.Contains("cleaned", await process.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    [Fact]
    public async Task The_module_is_found_by_name()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Pester.SpecFolder.Repository, "module", "WholeTale.psd1")), "The module is not there.");

        var run = await ShellRun.RunAsync("-Command", "Import-Module WholeTale; (Get-Command Get-WTSetting).Source");

        Assert.Equal("WholeTale\n", run.Output);
    }

    [Fact]
    public async Task On_a_terminal_errors_have_colour_and_progress_is_live()
    {
        var run = await ShellRun.RunOnTerminalAsync("", "-Command", """
            $record = [System.Management.Automation.ProgressRecord]::new(1, 'Baking', 'mixing'); $record.PercentComplete = 50
            $Host.UI.WriteProgress(1, $record)
            throw 'bad'
            """);

        Assert.Contains("Baking [##########..........]: mixing", run.Output, StringComparison.Ordinal);
        Assert.Contains("\e[1A", run.Output, StringComparison.Ordinal);
        Assert.Contains("\e[31;1mbad\e[0m", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_there_is_a_prompt_that_runs_what_is_typed()
    {
        var run = await ShellRun.RunOnTerminalAsync("6 * 7\rif ($true) {\r'in a block' }\rexit 3\r");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("42", run.Output, StringComparison.Ordinal);
        Assert.Contains(">> ", run.Output, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
