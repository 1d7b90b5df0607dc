namespace WholeTale.Core.Pods;

/// <summary>A terminal that a command in a container talks with.</summary>
public interface ITerminal
{
    /// <summary>What the person types, as a terminal sends it.</summary>
    Stream Input { get; }

    /// <summary>Takes what the command draws.</summary>
    Stream Output { get; }

    /// <summary>The size, and each later one, until cancelled.</summary>
    IAsyncEnumerable<TerminalSize> WatchSizeAsync(CancellationToken cancellationToken);
}

/// <summary>A terminal's size in characters.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public sealed record TerminalSize(int Width, int Height);
