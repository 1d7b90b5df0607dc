using WholeTale.Core.Clusters;
using WholeTale.Core.Girder;

namespace WholeTale.Core.Deployment;

/// <summary>A deployment as it is, or as a deploy left it.</summary>
public sealed record Deployment
{
    /// <summary>The cluster.</summary>
    public required Cluster Cluster { get; init; }

    /// <summary>The worst of its components' states.</summary>
    public required ComponentStatus Status { get; init; }

    /// <summary>The revision's number; 0 where none is recorded.</summary>
    public int Revision { get; init; }

    /// <summary>A row a component.</summary>
    public IReadOnlyList<ComponentState> Components { get; init; } = [];

    /// <summary>A row an object.</summary>
    public IReadOnlyList<AppliedObject> Objects { get; init; } = [];

    /// <summary>Where the platform is reached: dashboard, Girder, registry.</summary>
    public IReadOnlyList<Uri> Urls { get; init; } = [];

    /// <summary>What works but not as wished for.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why components are not ready: one a component that failed.</summary>
    public IReadOnlyList<Diagnosis> Diagnoses { get; init; } = [];

    /// <summary>When it began; null where it is not known.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The revision that a failed deploy with <c>-Atomic</c> has returned to; 0 where what it made was removed, null where it did not go back or could not. What else is told here is how the deploy itself ended.</summary>
    public int? ReturnedTo { get; init; }

    /// <summary>What was set up in Girder; null where that was left out.</summary>
    public GirderSetup? Girder { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Cluster.Name}: {Status}";
}

/// <summary>A component's state. Called Component in what users see.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">Its state.</param>
/// <param name="Ready">How many of its pods are ready, e.g. <c>1/1</c>; empty where it has none.</param>
/// <param name="Message">What it waits for or why it failed.</param>
public sealed record ComponentState(string Name, ComponentStatus Status, string Ready, string Message);

/// <summary>The states of a component, from good to bad.</summary>
public enum ComponentStatus
{
    /// <summary>Does what it should.</summary>
    Ready,

    /// <summary>On its way.</summary>
    Progressing,

    /// <summary>Waits for another one.</summary>
    Pending,

    /// <summary>Not there, or not whole.</summary>
    Missing,

    /// <summary>Cannot become ready by itself.</summary>
    Failed,
}

/// <summary>What became of an object.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace; empty for cluster-scoped ones.</param>
/// <param name="Component">The component it belongs to.</param>
/// <param name="Result">What was done.</param>
public sealed record AppliedObject(string Kind, string Name, string Namespace, string Component, AppliedResult Result);

/// <summary>What a deploy did to an object.</summary>
public enum AppliedResult
{
    /// <summary>As it was.</summary>
    Unchanged,

    /// <summary>Made.</summary>
    Created,

    /// <summary>Changed.</summary>
    Updated,

    /// <summary>Deleted and made again.</summary>
    Recreated,

    /// <summary>Deleted: no longer in the plan.</summary>
    Pruned,

    /// <summary>Not done.</summary>
    Failed,
}
