using System.Text;

namespace WholeTale.Simulator.Kubelet;

/// <summary>What a simulated program has done.</summary>
internal sealed record ShellResult(string Text, string Error, int ExitCode)
{
    /// <summary>The exit code of a shell that knows no such program.</summary>
    public const int NotFound = 127;

    /// <summary>A program that never ends by itself.</summary>
    public static ShellResult Endless { get; } = new("", "", 0) { Took = Timeout.InfiniteTimeSpan };

    /// <summary>The standard output as bytes.</summary>
    public byte[] Output { get; init; } = Encoding.UTF8.GetBytes(Text);

    /// <summary>How long it took; infinite when it does not end.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Whether it was <c>exit</c>, which ends the script around it.</summary>
    public bool Exits { get; init; }

    /// <summary>Whether its output is its input.</summary>
    public bool ReadsInput { get; init; }

    /// <summary>Whether it is a shell without a script: its input is its commands.</summary>
    public bool ReadsCommands { get; init; }

    public static ShellResult Success(string text) => new(text, "", 0);
}
