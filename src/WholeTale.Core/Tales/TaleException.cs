namespace WholeTale.Core.Tales;

/// <summary>A tale cannot be started, changed or found as asked for.</summary>
public sealed class TaleException(string errorId, FailureKind kind, string? target, string message, string? advice = null, Exception? innerException = null)
    : WholeTaleException(errorId, kind, target, message, advice, innerException);
