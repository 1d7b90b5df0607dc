namespace WholeTale.Core.Clusters;

/// <summary>A cluster could not be made, found, reached or deleted.</summary>
public sealed class ClusterException(string errorId, FailureKind kind, string? target, string message, string? advice = null, Exception? innerException = null)
    : WholeTaleException(errorId, kind, target, message, advice, innerException);
