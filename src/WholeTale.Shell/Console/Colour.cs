namespace WholeTale.Shell.Console;

/// <summary>What a line's colour says.</summary>
internal enum Colour
{
    None,
    Error,
    Warning,
    Quiet,
}
