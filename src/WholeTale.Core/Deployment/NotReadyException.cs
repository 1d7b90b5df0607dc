namespace WholeTale.Core.Deployment;

/// <summary>A component cannot become ready, or did not in time. Carries what a person needs.</summary>
public sealed class NotReadyException(Diagnosis diagnosis, IReadOnlyList<Diagnosis>? further = null)
    : WholeTaleException("NotReady", FailureKind.NotReady, diagnosis.Component, diagnosis.Message, diagnosis.Advice)
{
    /// <summary>Why.</summary>
    public Diagnosis Diagnosis { get; } = diagnosis;

    /// <summary>What else failed in the same run.</summary>
    public IReadOnlyList<Diagnosis> Further { get; } = further ?? [];

    /// <summary>The deployment as far as it came, for callers that want it as data.</summary>
    public Deployment? Deployment { get; init; }
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
}
