using System.Net;
using System.Text.Json.Nodes;

namespace WholeTale.Core.Kubernetes;

/// <summary>An API server refused a request, or could not be reached.</summary>
public sealed class ApiException : WholeTaleException
{
    /// <summary>Makes an error from a server's answer.</summary>
    /// <param name="statusCode">The HTTP status; null when there was no answer.</param>
    /// <param name="reason">The Status object's reason, e.g. <c>Conflict</c>.</param>
    /// <param name="status">The server's Status object, where it sent one.</param>
    /// <param name="kind">The sort of failure.</param>
    /// <param name="target">The object or host.</param>
    /// <param name="message">What failed.</param>
    /// <param name="advice">What to do.</param>
    /// <param name="innerException">The cause.</param>
    public ApiException(HttpStatusCode? statusCode, string? reason, JsonObject? status, FailureKind kind, string? target, string message, string? advice = null, Exception? innerException = null)
        : base(reason is null ? "KubernetesUnreachable" : $"Kubernetes{reason}", kind, target, message, advice, innerException)
    {
        StatusCode = statusCode;
        Reason = reason;
        Status = status;
    }

    /// <summary>The HTTP status; null when there was no answer.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>The Status object's reason, e.g. <c>NotFound</c>, <c>Conflict</c>, <c>Invalid</c>.</summary>
    public string? Reason { get; }

    /// <summary>The server's Status object.</summary>
    public JsonObject? Status { get; }
}
