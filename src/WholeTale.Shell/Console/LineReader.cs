using System.Security;

namespace WholeTale.Shell.Console;

/// <summary>Reads a line key by key, so that Ctrl+C ends the question at once and a secret is not shown.</summary>
internal sealed class LineReader(Terminal terminal)
{
    private readonly List<string> history = [];

    /// <summary>Reads a line; null at the end of input (Ctrl+D on an empty line).</summary>
    /// <param name="prompt">What stands before it.</param>
    /// <param name="keep">Whether the line can be called back by the arrow keys.</param>
    /// <exception cref="OperationCanceledException">Ctrl+C was pressed.</exception>
    internal string? Read(string prompt, bool keep)
    {
        terminal.EndProgress();
        var edit = new LineEdit(prompt, history, terminal.Write);
        return WithRawKeys(() =>
        {
            edit.Draw();
            while (true)
            {
                var key = System.Console.ReadKey(intercept: true);
                if (IsControl(key, ConsoleKey.C))
                {
                    terminal.WriteLine("^C");
                    throw new OperationCanceledException();
                }

                if (IsControl(key, ConsoleKey.D) && edit.Text.Length == 0)
                {
                    terminal.WriteLine("");
                    return null;
                }

                if (key.Key == ConsoleKey.Enter)
                {
                    terminal.WriteLine("");
                    if (keep && edit.Text.Trim().Length > 0 && (history.Count == 0 || history[^1] != edit.Text))
                        history.Add(edit.Text);
                    return edit.Text;
                }

                edit.Take(key);
            }
        });
    }

    /// <summary>Reads a line without showing it.</summary>
    /// <exception cref="OperationCanceledException">Ctrl+C was pressed.</exception>
    internal SecureString ReadSecret(string prompt)
    {
        terminal.EndProgress();
        terminal.Write(prompt);
        return WithRawKeys(() =>
        {
            var secret = new SecureString();
            while (true)
            {
                var key = System.Console.ReadKey(intercept: true);
                if (IsControl(key, ConsoleKey.C))
                {
                    secret.Dispose();
                    terminal.WriteLine("^C");
                    throw new OperationCanceledException();
                }

                if (key.Key == ConsoleKey.Enter)
                {
                    terminal.WriteLine("");
                    secret.MakeReadOnly();
                    return secret;
                }

                if (key.Key == ConsoleKey.Backspace && secret.Length > 0)
                    secret.RemoveAt(secret.Length - 1);
                else if (!char.IsControl(key.KeyChar))
                    secret.AppendChar(key.KeyChar);
            }
        });
    }

    private static T WithRawKeys<T>(Func<T> read)
    {
        var before = System.Console.TreatControlCAsInput;
        System.Console.TreatControlCAsInput = true;
        try
        {
            return read();
        }
        finally
        {
            System.Console.TreatControlCAsInput = before;
        }
    }

    private static bool IsControl(ConsoleKeyInfo key, ConsoleKey letter) => key.Key == letter && key.Modifiers.HasFlag(ConsoleModifiers.Control);
}
