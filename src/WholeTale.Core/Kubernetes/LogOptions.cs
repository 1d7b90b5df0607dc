namespace WholeTale.Core.Kubernetes;

/// <summary>Which part of a log.</summary>
public sealed record LogOptions
{
    /// <summary>The container; null where the pod has one alone.</summary>
    public string? Container { get; init; }

    /// <summary>Goes on as lines come.</summary>
    public bool Follow { get; init; }

    /// <summary>Of the container before its last restart.</summary>
    public bool Previous { get; init; }

    /// <summary>Only the last so many lines.</summary>
    public int? Tail { get; init; }

    /// <summary>Only lines younger than this.</summary>
    public TimeSpan? Since { get; init; }

    /// <summary>Begins each line with its RFC 3339 time.</summary>
    public bool Timestamps { get; init; }
}
