using System.Globalization;

namespace WholeTale.Core;

/// <summary>What an operation tells while it runs. Sent through <see cref="IProgress{T}"/>, from any thread.</summary>
public abstract record Report;

/// <summary>A line for an interested reader (<c>-Verbose</c>), one a request or decision.</summary>
/// <param name="Message">A whole sentence or a request line; never a secret.</param>
public record VerboseReport(string Message) : Report
{
    /// <summary>The line, made when it is asked for.</summary>
    public virtual string Message { get; } = Message;
}

/// <summary>A request that was sent, however it ended; each attempt is one.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path and query, relative to the server's address.</param>
/// <param name="Outcome">The status code of the answer, or <c>no answer</c>.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record RequestReport(string Method, string Path, string Outcome, TimeSpan Elapsed)
    : VerboseReport("")
{
    /// <inheritdoc/>
    public override string Message => string.Create(CultureInfo.InvariantCulture, $"{Method} {Path}: {Outcome}, {Elapsed.TotalMilliseconds:0} ms");

    /// <summary>Whether it got no answer, or one that says to ask again.</summary>
    public bool IsFailed => Outcome is not ['1' or '2' or '3' or '4', _, _] || Outcome == "429";
}

/// <summary>Something that has been reached, for logs and for whoever sees no progress bars.</summary>
/// <param name="Message">What, in a whole sentence.</param>
public sealed record MilestoneReport(string Message) : Report;

/// <summary>Something that works but not as wished for.</summary>
/// <param name="Message">What, why and what to do; never a secret.</param>
public sealed record WarningReport(string Message) : Report;

/// <summary>A step of an operation that a person waits for.</summary>
/// <param name="Activity">What is done as a whole, e.g. <c>Deploying Whole Tale to wholetale</c>.</param>
/// <param name="Step">The part, e.g. a component's name; empty for the whole.</param>
/// <param name="Status">What is being waited for, in a few words.</param>
/// <param name="Percent">0 to 100, or -1 where it cannot be known.</param>
/// <param name="Completed">Whether the step (or, with an empty step, the activity) has ended.</param>
public sealed record ProgressReport(string Activity, string Step, string Status, int Percent = -1, bool Completed = false) : Report;
