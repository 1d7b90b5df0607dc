namespace WholeTale.Core.Pods;

/// <summary>There is no such pod or container, or a command in it failed.</summary>
public sealed class PodException(string errorId, FailureKind kind, string? target, string message, string? advice = null, Exception? innerException = null)
    : WholeTaleException(errorId, kind, target, message, advice, innerException);
