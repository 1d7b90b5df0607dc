namespace WholeTale.Core.Deployment;

/// <summary>What a caller of a deploy chooses.</summary>
public sealed record DeployOptions
{
    /// <summary>Only these components and what they need; empty for all.</summary>
    public IReadOnlyList<string> Components { get; init; } = [];

    /// <summary>Takes fields over from other managers.</summary>
    public bool Force { get; init; }

    /// <summary>Takes over objects of the planned names that this product did not make.</summary>
    public bool Adopt { get; init; }

    /// <summary>Recreates objects whose change the server forbids; never such as hold data.</summary>
    public bool Recreate { get; init; }

    /// <summary>Returns once everything is applied.</summary>
    public bool NoWait { get; init; }

    /// <summary>Leaves Girder's set-up out.</summary>
    public bool SkipGirderSetup { get; init; }

    /// <summary>Has the server say of new objects, too, whether it would take them: for a plan that is looked at, since a deploy would be told soon enough.</summary>
    public bool Foresee { get; init; }

    /// <summary>Whether nothing will be applied: what a deploy would be refused stands beside the changes that it concerns, and is no error.</summary>
    internal bool IsHypothetical { get; init; }

    /// <summary>Goes back to the last good revision when a component fails.</summary>
    public bool Atomic { get; init; }

    /// <summary>A file that the log's lines are added to; null for a new one in the state folder.</summary>
    public string? LogPath { get; init; }

    /// <summary>A file for a page that shows the run; null for none.</summary>
    public string? ReportPath { get; init; }

    /// <summary>Deletes claims too that the plan no longer has.</summary>
    public bool PruneData { get; init; }

    /// <summary>How long a component may take; null for the setting Deploy.ComponentTimeout.</summary>
    public TimeSpan? ComponentTimeout { get; init; }

    /// <summary>How long the whole may take; null for the setting Deploy.Timeout.</summary>
    public TimeSpan? Timeout { get; init; }
}
