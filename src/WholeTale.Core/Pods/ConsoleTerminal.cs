using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WholeTale.Core.Pods;

/// <summary>The process's own console: each key goes to the command at once, Ctrl+C too.</summary>
public sealed class ConsoleTerminal : ITerminal, IAsyncDisposable
{
    // A read that blocks could not be ended with the command, and would take the prompt's next key: keys are looked for this often.
    private static readonly TimeSpan KeyPause = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan SizePause = TimeSpan.FromMilliseconds(300);

    private readonly Pipe keys = new();
    private readonly CancellationTokenSource stop = new();
    private readonly bool controlCWasInput;
    private readonly Task reading;

    /// <summary>Takes the console over, until disposed of.</summary>
    /// <exception cref="PodException">There is none.</exception>
    public ConsoleTerminal()
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
        {
            throw new PodException(
                "NoConsole", FailureKind.InvalidInput, null, "An interactive command needs a console, and input or output of this process is redirected.",
                "Run it at a prompt, or leave -Interactive out and give the input by -StandardInput.");
        }

        Output = Console.OpenStandardOutput();
        controlCWasInput = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        reading = ReadAsync();
    }

    /// <inheritdoc/>
    public Stream Input => keys.Reader.AsStream();

    /// <inheritdoc/>
    public Stream Output { get; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TerminalSize> WatchSizeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TerminalSize? last = null;
        while (true)
        {
            var size = new TerminalSize(Console.WindowWidth, Console.WindowHeight);
            if (size != last)
                yield return last = size;
            await Task.Delay(SizePause, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.TreatControlCAsInput = controlCWasInput;
        stop.Dispose();
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            while (Console.KeyAvailable)
                await keys.Writer.WriteAsync(TerminalKeys.Encode(Console.ReadKey(intercept: true)), stop.Token);
            await Task.Delay(KeyPause, stop.Token);
        }
    }
}
