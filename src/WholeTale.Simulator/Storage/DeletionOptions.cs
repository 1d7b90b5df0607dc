namespace WholeTale.Simulator.Storage;

/// <summary>How an object is to be deleted: <c>DeleteOptions</c> without the wire.</summary>
internal sealed record DeletionOptions
{
    public static DeletionOptions Default { get; } = new();

    /// <summary>Nothing waits for anything: what a kubelet sends when a pod's containers have ended.</summary>
    public static DeletionOptions Now { get; } = new() { GracePeriodSeconds = 0 };

    public long? GracePeriodSeconds { get; init; }

    /// <summary><c>Background</c>, <c>Foreground</c> or <c>Orphan</c>; null for the kind's default.</summary>
    public string? PropagationPolicy { get; init; }

    public string? PreconditionUid { get; init; }

    public string? PreconditionResourceVersion { get; init; }

    public bool DryRun { get; init; }
}
