namespace WholeTale.Core.Deployment;

/// <summary>A deploy, an undo or a removal cannot be done, or not now.</summary>
public sealed class DeploymentException(string errorId, FailureKind kind, string? target, string message, string? advice = null, Exception? innerException = null)
    : WholeTaleException(errorId, kind, target, message, advice, innerException);
