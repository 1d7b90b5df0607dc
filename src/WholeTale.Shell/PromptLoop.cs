using System.Management.Automation.Language;
using WholeTale.Shell.Console;

namespace WholeTale.Shell;

/// <summary>The prompt: reads a command, runs it, until <c>exit</c> or the end of input.</summary>
internal sealed class PromptLoop(Session session, Terminal terminal)
{
    private readonly LineReader reader = new(terminal);
    private int last;

    internal int Run()
    {
        while (session.ExitCode is null && Read() is { } command)
        {
            if (command.Trim().Length > 0)
                last = session.RunTyped(command);
        }

        return session.ExitCode ?? last;
    }

    // Reads on while the text is not whole, e.g. inside a brace.
    private string? Read()
    {
        var text = "";
        while (true)
        {
            string? line;
            try
            {
                line = reader.Read(text.Length == 0 ? $"WT {session.CurrentFolder}> " : ">> ", keep: true);
            }
            catch (OperationCanceledException)
            {
                text = "";
                continue;
            }

            if (line is null)
                return text.Length > 0 ? text : null;
            var isEnd = line.Length == 0 && text.Length > 0;
            text = text.Length == 0 ? line : text + "\n" + line;
            Parser.ParseInput(text, out _, out var errors);
            if (isEnd || !errors.Any(error => error.IncompleteInput))
                return text;
        }
    }
}
