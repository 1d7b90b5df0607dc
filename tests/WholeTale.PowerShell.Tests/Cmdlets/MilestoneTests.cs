using System.Globalization;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace WholeTale.PowerShell.Tests.Cmdlets;

/// <summary>Which hosts show milestones by default: those whose users would see nothing else while a deploy runs.</summary>
public sealed class MilestoneTests(SimulatedCluster cluster) : IClassFixture<SimulatedCluster>
{
    private const string Deploy = "Deploy-WholeTale -Component redis -SkipGirderSetup -WarningAction SilentlyContinue";

    [Theory]
    [InlineData("ConsoleHost", "", 1)]
    [InlineData("ConsoleHost", "-InformationAction SilentlyContinue", 1)]
    [InlineData("ConsoleHost", "-InformationAction Continue", 1)]
    [InlineData("ConsoleHost", "-InformationAction Ignore", 0)]
    [InlineData("ConsoleHost", "6> $null", 0)]
    [InlineData("WholeTale.Shell", "", 0)]
    [InlineData("Visual Studio Code Host", "", 0)]
    public void A_component_that_is_ready_is_a_line_where_pwsh_writes_to_a_log(string name, string how, int lines)
    {
        Assert.SkipUnless(Console.IsOutputRedirected, "These tests write to a terminal, where pwsh shows progress.");
        var host = new RecordingHost(name);
        using var runspace = RunspaceFactory.CreateRunspace(host, InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        shell.AddScript($"param($cluster) Import-Module '{Engine.Manifest}'; $null = Get-WTCluster $cluster -Provider Simulator -Setting @{{ StateFolder = '{cluster.Engine.Folder}/state' }} | {Deploy} {how}").AddArgument("test");

        shell.Invoke();

        Assert.Empty(shell.Streams.Error);
        Assert.Equal(lines, host.Lines.Count(line => line == "redis: Ready"));
    }

    [Fact]
    public void What_is_told_is_still_a_record_of_the_information_stream()
    {
        Assert.Contains("redis: Ready", cluster.Engine.Run($"$null = $cluster | {Deploy} -InformationVariable told; $told | ForEach-Object {{ \"$($_.MessageData)\" }}").Select(line => line.ToString()));
    }

    /// <summary>A host that keeps what it is to write.</summary>
    private sealed class RecordingHost(string name) : PSHost
    {
        private readonly RecordingInterface ui = new();

        public IReadOnlyList<string> Lines => ui.Lines;

        public override string Name => name;

        public override Version Version { get; } = new(1, 0);

        public override Guid InstanceId { get; } = Guid.NewGuid();

        public override PSHostUserInterface UI => ui;

        public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

        public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

        public override void EnterNestedPrompt() => throw new NotSupportedException();

        public override void ExitNestedPrompt() => throw new NotSupportedException();

        public override void NotifyBeginApplication()
        {
        }

        public override void NotifyEndApplication()
        {
        }

        public override void SetShouldExit(int exitCode) => throw new NotSupportedException();
    }

    private sealed class RecordingInterface : PSHostUserInterface
    {
        private readonly List<string> lines = [];

        public IReadOnlyList<string> Lines => lines;

        public override PSHostRawUserInterface? RawUI => null;

        public override void Write(string value) => lines.Add(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => lines.Add(value);

        public override void WriteLine(string value) => lines.Add(value);

        public override void WriteErrorLine(string value) => lines.Add(value);

        public override void WriteDebugLine(string message) => lines.Add(message);

        public override void WriteVerboseLine(string message) => lines.Add(message);

        public override void WriteWarningLine(string message) => lines.Add(message);

        public override void WriteProgress(long sourceId, System.Management.Automation.ProgressRecord record)
        {
        }

        public override string ReadLine() => throw new NotSupportedException();

        public override System.Security.SecureString ReadLineAsSecureString() => throw new NotSupportedException();

        public override Dictionary<string, System.Management.Automation.PSObject> Prompt(
            string caption, string message, System.Collections.ObjectModel.Collection<FieldDescription> descriptions) => throw new NotSupportedException();

        public override int PromptForChoice(
            string caption, string message, System.Collections.ObjectModel.Collection<ChoiceDescription> choices, int defaultChoice) => throw new NotSupportedException();

        public override System.Management.Automation.PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw new NotSupportedException();

        public override System.Management.Automation.PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, System.Management.Automation.PSCredentialTypes allowedCredentialTypes,
            System.Management.Automation.PSCredentialUIOptions options) => throw new NotSupportedException();
    }
}
