using System.Net;

namespace WholeTale.Core.Girder;

/// <summary>A step of what was to be done with Girder failed.</summary>
public sealed class GirderException(string step, HttpStatusCode? status, FailureKind kind, string message, string? advice = null, Exception? innerException = null)
    : WholeTaleException("GirderSetupFailed", kind, step, message, advice, innerException)
{
    /// <summary>The step.</summary>
    public string Step { get; } = step;

    /// <summary>What Girder answered; null when it did not.</summary>
    public HttpStatusCode? Status { get; } = status;
}
