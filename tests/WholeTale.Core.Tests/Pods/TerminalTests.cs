using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Pods;
using WholeTale.Core.Tests.Deployment;

namespace WholeTale.Core.Tests.Pods;

/// <summary>A shell on a terminal, and what keys send to it.</summary>
public sealed class TerminalTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    [Fact]
    public async Task A_shell_answers_each_line_learns_the_size_and_gives_its_exit_code()
    {
        await simulated.Client.CreateAsync(
            (JsonObject)JsonNode.Parse("""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"shell","namespace":"default"},"spec":{"containers":[{"name":"main","image":"debian:12","command":["sleep","infinity"]}]}}
            """)!, CancellationToken.None);
        await foreach (var change in simulated.Client.WatchAsync(ResourceTypes.Pod, "default", null, new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token))
        {
            if ((string?)change.Object?["status"]?["phase"] == "Running")
                break;
        }

        await using var terminal = new ScriptedTerminal();
        var talking = simulated.Client.ExecuteAsync("default", "shell", "main", ["sh"], terminal, CancellationToken.None);

        terminal.Resize(new TerminalSize(100, 30));
        await terminal.UntilAsync("/ # ");
        await terminal.TypeAsync("echo hello\r");
        await terminal.UntilAsync("hello\n");
        terminal.Resize(new TerminalSize(132, 43));
        for (var tries = 0; !terminal.Shown.Contains("43 132", StringComparison.Ordinal); tries++)
        {
            Assert.InRange(tries, 0, 100);
            await terminal.TypeAsync("stty size\r");
            await terminal.UntilAsync($"{Environment.NewLine}", atLeast: terminal.Shown.Length + 1);
        }

        await terminal.TypeAsync("exit 3\r");
        Assert.Equal(3, await talking.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(ConsoleKey.A, 'a', 0, "a")]
    [InlineData(ConsoleKey.C, '\x03', ConsoleModifiers.Control, "\x03")]
    [InlineData(ConsoleKey.B, 'b', ConsoleModifiers.Alt, "\eb")]
    [InlineData(ConsoleKey.Enter, '\n', 0, "\r")]
    [InlineData(ConsoleKey.Backspace, '\b', 0, "\x7f")]
    [InlineData(ConsoleKey.Tab, '\t', 0, "\t")]
    [InlineData(ConsoleKey.Tab, '\t', ConsoleModifiers.Shift, "\e[Z")]
    [InlineData(ConsoleKey.UpArrow, '\0', 0, "\e[A")]
    [InlineData(ConsoleKey.LeftArrow, '\0', ConsoleModifiers.Control, "\e[1;5D")]
    [InlineData(ConsoleKey.Delete, '\0', 0, "\e[3~")]
    [InlineData(ConsoleKey.F1, '\0', 0, "\eOP")]
    [InlineData(ConsoleKey.F5, '\0', 0, "\e[15~")]
    [InlineData(ConsoleKey.F10, '\0', 0, "\e[21~")]
    [InlineData(ConsoleKey.F12, '\0', 0, "\e[24~")]
    [InlineData(ConsoleKey.Escape, '\e', 0, "\e")]
    [InlineData(ConsoleKey.Oem1, 'ü', 0, "ü")]
    [InlineData(ConsoleKey.LeftWindows, '\0', 0, "")]
    public void Keys_are_sent_as_terminals_do(ConsoleKey key, char character, ConsoleModifiers modifiers, string sent)
    {
        var pressed = new ConsoleKeyInfo(character, key, modifiers.HasFlag(ConsoleModifiers.Shift), modifiers.HasFlag(ConsoleModifiers.Alt), modifiers.HasFlag(ConsoleModifiers.Control));

        Assert.Equal(sent, Encoding.UTF8.GetString(TerminalKeys.Encode(pressed)));
    }

    private sealed class ScriptedTerminal : ITerminal, IAsyncDisposable
    {
        private readonly Pipe keys = new();
        private readonly Channel<TerminalSize> sizes = Channel.CreateUnbounded<TerminalSize>();
        private readonly Screen screen = new();

        public Stream Input => keys.Reader.AsStream();

        public Stream Output => screen;

        public string Shown => screen.Text;

        public async Task TypeAsync(string text) => await keys.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));

        public void Resize(TerminalSize size) => sizes.Writer.TryWrite(size);

        public async IAsyncEnumerable<TerminalSize> WatchSizeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var size in sizes.Reader.ReadAllAsync(cancellationToken))
                yield return size;
        }

        public async Task UntilAsync(string text, int atLeast = 0)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (!Shown.Contains(text, StringComparison.Ordinal) || Shown.Length < atLeast)
                await Task.Delay(10, patience.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await keys.Writer.CompleteAsync();
            await screen.DisposeAsync();
        }
    }

    private sealed class Screen : MemoryStream
    {
        private readonly Lock gate = new();

        public string Text
        {
            get
            {
                lock (gate)
                    return Encoding.UTF8.GetString(ToArray());
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (gate)
                Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
