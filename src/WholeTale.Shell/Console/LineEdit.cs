namespace WholeTale.Shell.Console;

/// <summary>A line being typed: the text, the cursor in it, and the earlier lines that the arrow keys bring back.</summary>
internal sealed class LineEdit(string prompt, IReadOnlyList<string> history, Action<string> write)
{
    private int cursor;
    private int remembered = history.Count;

    internal string Text { get; private set; } = "";

    internal void Draw() => write($"\r\e[K{prompt}{Text}{(cursor < Text.Length ? $"\e[{Text.Length - cursor}D" : "")}");

    internal void Take(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Backspace when cursor > 0:
                Text = Text.Remove(--cursor, 1);
                break;
            case ConsoleKey.Delete when cursor < Text.Length:
                Text = Text.Remove(cursor, 1);
                break;
            case ConsoleKey.LeftArrow when cursor > 0:
                cursor--;
                break;
            case ConsoleKey.RightArrow when cursor < Text.Length:
                cursor++;
                break;
            case ConsoleKey.Home:
                cursor = 0;
                break;
            case ConsoleKey.End:
                cursor = Text.Length;
                break;
            case ConsoleKey.Escape:
                Replace("");
                break;
            case ConsoleKey.UpArrow when remembered > 0:
                Replace(history[--remembered]);
                break;
            case ConsoleKey.DownArrow when remembered < history.Count:
                Replace(++remembered < history.Count ? history[remembered] : "");
                break;
            default:
                if (char.IsControl(key.KeyChar))
                    return;
                Text = Text.Insert(cursor++, key.KeyChar.ToString());
                break;
        }

        Draw();
    }

    private void Replace(string text)
    {
        Text = text;
        cursor = text.Length;
    }
}
