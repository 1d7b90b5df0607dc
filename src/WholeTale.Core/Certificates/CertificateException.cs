namespace WholeTale.Core.Certificates;

/// <summary>A certificate is missing, unreadable, for another domain, or out of date.</summary>
public sealed class CertificateException(string errorId, FailureKind kind, string? target, string message, string? advice = null, Exception? innerException = null)
    : WholeTaleException(errorId, kind, target, message, advice, innerException);
