using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using WholeTale.Shell.Console;

namespace WholeTale.Shell;

/// <summary>Objects go to the standard output; errors, warnings, progress and the like to the standard error, so that redirected output stays clean.</summary>
internal sealed class ShellInterface(Terminal terminal, bool canAsk) : PSHostUserInterface
{
    private readonly Questions questions = new(terminal, canAsk);

    public override PSHostRawUserInterface RawUI { get; } = new ShellRawInterface(terminal);

    public override bool SupportsVirtualTerminal => terminal.OutputHasColour;

    public override void Write(string value) => terminal.Write(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => terminal.Write(value);

    public override void WriteLine(string value) => terminal.WriteLine(value);

    public override void WriteErrorLine(string value) => terminal.WriteErrorLine(value, Colour.Error);

    public override void WriteWarningLine(string message) => terminal.WriteErrorLine($"WARNING: {message}", Colour.Warning);

    public override void WriteVerboseLine(string message) => terminal.WriteErrorLine($"VERBOSE: {message}", Colour.Quiet);

    public override void WriteDebugLine(string message) => terminal.WriteErrorLine($"DEBUG: {message}", Colour.Quiet);

    public override void WriteProgress(long sourceId, ProgressRecord record) => terminal.ShowProgress(sourceId, record);

    public override string ReadLine() => questions.ReadLine();

    public override SecureString ReadLineAsSecureString() => questions.ReadSecret("");

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        questions.Ask(caption, message, descriptions);

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        questions.Choose(caption, message, choices, defaultChoice);

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        questions.AskCredential(caption, message, userName);

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        questions.AskCredential(caption, message, userName);
}
