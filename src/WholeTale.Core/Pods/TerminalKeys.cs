using System.Text;

namespace WholeTale.Core.Pods;

/// <summary>What a terminal sends for a key (xterm's control sequences, https://invisible-island.net/xterm/ctlseqs/ctlseqs.html).</summary>
internal static class TerminalKeys
{
    /// <summary>The bytes of a key; none for one that terminals do not send.</summary>
    public static byte[] Encode(ConsoleKeyInfo key)
    {
        var sequence = key.Key switch
        {
            ConsoleKey.Enter => "\r",
            ConsoleKey.Backspace => "\x7f",
            ConsoleKey.Tab when key.Modifiers.HasFlag(ConsoleModifiers.Shift) => "\e[Z",
            ConsoleKey.UpArrow => Cursor('A', key.Modifiers),
            ConsoleKey.DownArrow => Cursor('B', key.Modifiers),
            ConsoleKey.RightArrow => Cursor('C', key.Modifiers),
            ConsoleKey.LeftArrow => Cursor('D', key.Modifiers),
            ConsoleKey.End => Cursor('F', key.Modifiers),
            ConsoleKey.Home => Cursor('H', key.Modifiers),
            ConsoleKey.Insert => "\e[2~",
            ConsoleKey.Delete => "\e[3~",
            ConsoleKey.PageUp => "\e[5~",
            ConsoleKey.PageDown => "\e[6~",
            >= ConsoleKey.F1 and <= ConsoleKey.F4 => $"\eO{(char)('P' + (key.Key - ConsoleKey.F1))}",
            ConsoleKey.F5 => "\e[15~",
            >= ConsoleKey.F6 and <= ConsoleKey.F10 => $"\e[{17 + (key.Key - ConsoleKey.F6)}~",
            >= ConsoleKey.F11 and <= ConsoleKey.F12 => $"\e[{23 + (key.Key - ConsoleKey.F11)}~",
            _ when key.KeyChar != '\0' => key.Modifiers.HasFlag(ConsoleModifiers.Alt) ? $"\e{key.KeyChar}" : key.KeyChar.ToString(),
            ConsoleKey.Spacebar when key.Modifiers.HasFlag(ConsoleModifiers.Control) => "\0",
            _ => "",
        };
        return Encoding.UTF8.GetBytes(sequence);
    }

    // 1 and the sum of shift 1, alt 2, control 4.
    private static string Cursor(char letter, ConsoleModifiers modifiers)
    {
        var code = 1 + (modifiers.HasFlag(ConsoleModifiers.Shift) ? 1 : 0) + (modifiers.HasFlag(ConsoleModifiers.Alt) ? 2 : 0) + (modifiers.HasFlag(ConsoleModifiers.Control) ? 4 : 0);
        return code == 1 ? $"\e[{letter}" : $"\e[1;{code}{letter}";
    }
}
