namespace WholeTale.Core.Deployment;

/// <summary>A component cannot become ready, or did not in time. Carries what a person needs.</summary>
public sealed class NotReadyException(Diagnosis diagnosis)
    : WholeTaleException("NotReady", FailureKind.NotReady, diagnosis.Component, diagnosis.Message, diagnosis.Advice)
{
    private const int ShownLogLines = 5;
    private const int ShownEvents = 3;

    /// <summary>Why.</summary>
    public Diagnosis Diagnosis { get; } = diagnosis;

    /// <summary>What failed, why and what to do; below it what the cluster and the container said last.</summary>
    public override string Message => string.Join(
        Environment.NewLine,
        [
            base.Message, .. Diagnosis.Events.Where(IsNews).TakeLast(ShownEvents).Select(line => $"  event: {line}"),
            .. Diagnosis.LogTail.TakeLast(ShownLogLines).Select(line => $"  log: {line}"),
        ]);

    // Warnings that the message does not say already, and that say more than the container's state.
    private bool IsNews(string line)
    {
        if (!line.StartsWith("Warning ", StringComparison.Ordinal))
            return false;
        var said = line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        if (said.EndsWith(" times)", StringComparison.Ordinal))
            said = said[..said.LastIndexOf(" (", StringComparison.Ordinal)];
        return !said.StartsWith("Back-off ", StringComparison.Ordinal) && said is not ("Error: ErrImagePull" or "Error: ImagePullBackOff")
            && !Diagnosis.Message.Contains(said.TrimEnd('.').Replace("Error: ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>The deployment as far as it came, for callers that want it as data.</summary>
    public Deployment? Deployment { get; internal set; }
}

/// <summary>Why a component is not ready.</summary>
public sealed record Diagnosis
{
    /// <summary>The component.</summary>
    public required string Component { get; init; }

    /// <summary>The object concerned, e.g. <c>Pod girder-5d8f</c>.</summary>
    public required string Object { get; init; }

    /// <summary>The container; empty where none is concerned.</summary>
    public string Container { get; init; } = "";

    /// <summary>A word for scripts, e.g. <c>ImagePullBackOff</c>, <c>Unschedulable</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>What failed and why, in whole sentences.</summary>
    public required string Message { get; init; }

    /// <summary>What to do.</summary>
    public required string Advice { get; init; }

    /// <summary>Events of the object, newest last.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The last lines of the container's log.</summary>
    public IReadOnlyList<string> LogTail { get; init; } = [];

    /// <summary>What an error says of a component, as data.</summary>
    internal static Diagnosis From(string component, WholeTaleException failure) => failure is NotReadyException notReady
        ? notReady.Diagnosis
        : new Diagnosis { Component = component, Object = failure.Target ?? "", Reason = failure.ErrorId, Message = failure.Explanation, Advice = failure.Advice ?? "" };
}
