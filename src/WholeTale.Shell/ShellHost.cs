using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using WholeTale.Shell.Console;

namespace WholeTale.Shell;

/// <summary>What the engine knows of its host.</summary>
internal sealed class ShellHost(Terminal terminal, bool canAsk) : PSHost
{
    /// <summary>The code that <c>exit</c> asked for.</summary>
    internal int? ExitCode { get; private set; }

    public override string Name => "WholeTale.Shell";

    public override Version Version => typeof(ShellHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI { get; } = new ShellInterface(terminal, canAsk);

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new PSNotSupportedException("This host has no nested prompt. Answer Yes, No or Halt.");

    public override void ExitNestedPrompt()
    {
    }

    // A native program writes to the same terminal: what is drawn there must not be in its way.
    public override void NotifyBeginApplication() => terminal.EndProgress();

    public override void NotifyEndApplication()
    {
    }
}
