using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using WholeTale.Shell.Console;

namespace WholeTale.Shell;

/// <summary>One engine with its host: runs scripts and commands, shows what they give, and says how they ended.</summary>
internal sealed class Session : IDisposable
{
    internal const int Success = 0;
    internal const int Failure = 1;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    internal const int Interrupted = 130;

    private readonly Terminal terminal;
    private readonly ShellHost host;
    private readonly Runspace runspace;
    private readonly Interruption interruption;
    private bool errorShown;

    internal Session(Terminal terminal, bool nonInteractive)
    {
        this.terminal = terminal;
        host = new ShellHost(terminal, canAsk: terminal.CanAsk && !nonInteractive);
        ModulePath.Extend();
        KeepToItself();
        var state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows())
            state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.RemoteSigned;
        runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        runspace.Open();
        Runspace.DefaultRunspace = runspace;
        interruption = new Interruption();
    }

    // The engine tells its makers which modules are imported, unless this is set when it starts (PowerShell's about_Telemetry). Nobody was asked that here.
    private static void KeepToItself() => Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

    /// <summary>The code that <c>exit</c> asked for; null while nothing has.</summary>
    internal int? ExitCode => host.ExitCode;

    /// <summary>Where the session is, for the prompt.</summary>
    internal string CurrentFolder => runspace.SessionStateProxy.Path.CurrentLocation.Path;

    /// <summary>Runs a script file in a scope of its own.</summary>
    internal int RunFile(string file, IEnumerable<string> arguments)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            terminal.WriteErrorLine($"The script {file} does not exist. Give the path of a script file.", Colour.Error);
            return Failure;
        }

        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        // `exit 3` in a script file only ends that script, sets LASTEXITCODE and makes $? false.
        shell.AddScript(
            $$"""
            $named, $rest = $args[0], @(if ($args.Count -gt 1) { $args[1..($args.Count - 1)] })
            & '{{CodeGeneration.EscapeSingleQuotedStringContent(path)}}' @named @rest
            if (-not $? -and $LASTEXITCODE) { exit $LASTEXITCODE }
            """,
            useLocalScope: true);
        var named = new Hashtable(StringComparer.OrdinalIgnoreCase);
        shell.AddArgument(named);
        foreach (var argument in arguments)
            Add(argument, named, shell.Commands.Commands[0].Parameters);
        return Run(shell);
    }

    /// <summary>Runs commands as a script: a last one that fails makes the exit code 1, as in pwsh.</summary>
    internal int RunCommand(string text)
    {
        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        shell.AddScript(text + "\nif (-not $?) { exit 1 }", useLocalScope: false);
        return Run(shell);
    }

    /// <summary>Runs what was typed at the prompt.</summary>
    internal int RunTyped(string text)
    {
        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        shell.AddScript(text, useLocalScope: false);
        return Run(shell);
    }

    public void Dispose()
    {
        interruption.Dispose();
        runspace.Dispose();
        terminal.Finish();
    }

    private int Run(System.Management.Automation.PowerShell shell)
    {
        errorShown = false;
        shell.Streams.Error.DataAdded += (sender, added) => Show(((PSDataCollection<ErrorRecord>)sender!)[added.Index]);
        // Objects are shown by a pipeline of their own: when an error ends the script, what it gave before is shown all the same.
        using var view = new OutputView();
        using var running = interruption.Watch(shell);
        try
        {
            shell.Invoke(null, view.Objects, new PSInvocationSettings { AddToHistory = false });
        }
        catch (PipelineStoppedException) when (interruption.Pressed)
        {
            // Said below: a stop may also come back without an exception.
        }
        catch (RuntimeException exception)
        {
            // A terminating error that nothing has caught.
            view.End();
            Show(exception.ErrorRecord.Exception is ParentContainsErrorRecordException or ParseException ? new ErrorRecord(exception.ErrorRecord, exception) : exception.ErrorRecord);
        }

        if (!interruption.Pressed)
            view.End();
        terminal.EndProgress();
        if (interruption.Pressed)
            return Interrupted;
        return host.ExitCode ?? (errorShown ? Failure : Success);
    }

    private void Show(ErrorRecord error)
    {
        errorShown = true;
        foreach (var line in ErrorText.Lines(error))
            terminal.WriteErrorLine(line, Colour.Error);
    }

    // A name with a dash in front is given as it was typed, so that the script's own parameters decide whether a value belongs to it.
    private static void Add(string argument, Hashtable named, CommandParameterCollection others)
    {
        var isName = argument.Length > 1 && argument[0] == '-' && (char.IsLetter(argument[1]) || argument[1] == '_');
        var colon = isName ? argument.IndexOf(':', StringComparison.Ordinal) : -1;
        if (colon < 0)
        {
            others.Add(isName ? new CommandParameter(argument) : new CommandParameter(null, argument));
            return;
        }

        named[argument[1..colon]] = argument[(colon + 1)..].ToUpperInvariant() switch
        {
            "$TRUE" => true,
            "$FALSE" => false,
            _ => argument[(colon + 1)..],
        };
    }
}
