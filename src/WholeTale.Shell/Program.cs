using WholeTale.Shell;
using WholeTale.Shell.Console;

var terminal = Terminal.Open();
ShellArguments arguments;
try
{
    arguments = ShellArguments.Parse(args);
}
catch (ArgumentException exception)
{
    terminal.WriteErrorLine(exception.Message, Colour.Error);
    terminal.WriteErrorLine(ShellArguments.Usage, Colour.None);
    return Session.Failure;
}

if (arguments.ShowHelp)
{
    terminal.WriteLine(ShellArguments.Usage);
    return Session.Success;
}

using var session = new Session(terminal, arguments.NonInteractive);
return arguments switch
{
    { ScriptFile: { } file } => session.RunFile(file, arguments.Rest),
    { Command: { } command } => session.RunCommand(command),
    _ when terminal.CanAsk => new PromptLoop(session, terminal).Run(),
    // Commands that are piped in are one script, as for other shells.
    _ => session.RunCommand(System.Console.In.ReadToEnd()),
};
