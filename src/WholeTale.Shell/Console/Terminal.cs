using System.Management.Automation;
using System.Management.Automation.Host;
using WholeTale.Shell.Progress;

namespace WholeTale.Shell.Console;

/// <summary>The standard streams: colour and live progress where a stream is a terminal, plain lines where it is not.</summary>
internal sealed class Terminal
{
    private const int DefaultWidth = 120;
    private const string Reset = "\e[0m";

    private readonly Lock gate = new();
    private readonly TextWriter output;
    private readonly TextWriter error;
    private readonly bool outputIsTerminal;
    private readonly bool errorHasColour;
    private readonly IProgressView progress;

    internal Terminal(TextWriter output, TextWriter error, bool inputIsTerminal, bool outputIsTerminal, bool errorIsTerminal, bool mayColour, TimeProvider time)
    {
        this.output = output;
        this.error = error;
        this.outputIsTerminal = outputIsTerminal;
        CanAsk = inputIsTerminal;
        OutputHasColour = outputIsTerminal && mayColour;
        errorHasColour = errorIsTerminal && mayColour;
        progress = errorIsTerminal ? new ProgressPane(error, () => Width, time) : new ProgressLines(error);
    }

    /// <summary>Whether a person is there to answer.</summary>
    internal bool CanAsk { get; }

    /// <summary>Whether escape sequences in the output are understood and wanted.</summary>
    internal bool OutputHasColour { get; }

    internal int Width => outputIsTerminal && System.Console.WindowWidth is > 0 and var width ? width : DefaultWidth;

    internal int Height => outputIsTerminal && System.Console.WindowHeight is > 0 and var height ? height : 50;

    internal static Terminal Open()
    {
        // https://no-color.org: any value but an empty one.
        var mayColour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new Terminal(
            System.Console.Out, System.Console.Error, !System.Console.IsInputRedirected, !System.Console.IsOutputRedirected, !System.Console.IsErrorRedirected, mayColour,
            TimeProvider.System);
    }

    internal void Write(string text)
    {
        lock (gate)
        {
            progress.Hide();
            output.Write(PSHostUserInterface.GetOutputString(text, OutputHasColour));
            output.Flush();
            if (text.EndsWith('\n'))
                progress.Show();
        }
    }

    internal void WriteLine(string text) => Write(text + Environment.NewLine);

    internal void WriteErrorLine(string text, Colour colour)
    {
        lock (gate)
        {
            progress.Hide();
            var plain = PSHostUserInterface.GetOutputString(text, supportsVirtualTerminal: false);
            error.WriteLine(errorHasColour && Sequence(colour) is { } sequence ? sequence + plain + Reset : plain);
            error.Flush();
            progress.Show();
        }
    }

    internal void ShowProgress(long source, ProgressRecord record)
    {
        lock (gate)
            progress.Update(source, record);
    }

    /// <summary>What ran has ended: no progress of it stays on the screen.</summary>
    internal void EndProgress()
    {
        lock (gate)
            progress.Clear();
    }

    /// <summary>Leaves the terminal as it was found.</summary>
    internal void Finish()
    {
        EndProgress();
        output.Flush();
        error.Flush();
    }

    internal void Clear()
    {
        if (outputIsTerminal)
            Write("\e[2J\e[H");
    }

    private static string? Sequence(Colour colour) => colour switch
    {
        Colour.Error => "\e[31;1m",
        Colour.Warning => "\e[33;1m",
        Colour.Quiet => "\e[2m",
        _ => null,
    };
}
