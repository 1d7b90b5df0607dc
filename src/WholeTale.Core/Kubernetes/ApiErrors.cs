using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Core.Kubernetes;

/// <summary>Puts a server's refusals and broken connections into words. The Status object is described in the Kubernetes API conventions, "Response Status Kind".</summary>
internal static class ApiErrors
{
    internal static async Task<ApiException> FromAsync(
        ApiConnection connection, HttpMethod method, string path, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var status = ParseStatus(text);
        var reason = (string?)status?["reason"];
        var said = (string?)status?["message"] is { Length: > 0 } message ? message : Summarise(text, response.StatusCode);
        var target = Target(status, path);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => Make(
                "Unauthorized", FailureKind.Unauthenticated, $"{connection.Name} at {connection.Endpoint.Authority} does not accept the credentials: {said}.",
                "Get new credentials for the cluster (its token or client certificate is wrong or has expired) and try again."),
            HttpStatusCode.Forbidden => Make(
                "Forbidden", FailureKind.Forbidden, $"{connection.Name} does not allow {method} on {target}: {Sentence(said)}",
                "Ask for the missing right, or use credentials that have it; where a quota or an admission rule refused, change what it names."),
            HttpStatusCode.NotFound => Make("NotFound", FailureKind.NotFound, $"{target} was not found on {connection.Name}: {Sentence(said)}", "Check the name and the namespace."),
            HttpStatusCode.Conflict => Make(
                "Conflict", FailureKind.Conflict, $"{target} on {connection.Name} is in conflict: {Sentence(said)}", "See who else changes it, then repeat the command."),
            HttpStatusCode.TooManyRequests => Make(
                "TooManyRequests", FailureKind.Unreachable, $"{connection.Name} is overloaded and turned {method} {target} away several times: {Sentence(said)}", "Try again later."),
            HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest => Make(
                "Invalid", FailureKind.Refused, $"{connection.Name} refused {target}: {Sentence(said)}", "Correct the manifest (its template or setting) and repeat the command."),
            >= HttpStatusCode.InternalServerError => Make(
                "InternalError", FailureKind.Unreachable, $"{connection.Name} failed on {method} {target} ({(int)response.StatusCode}): {Sentence(said)}",
                "Look at the API server's health and try again."),
            _ => Make("Unknown", FailureKind.Refused, $"{connection.Name} answered {method} {target} with {(int)response.StatusCode}: {Sentence(said)}", null),
        };

        ApiException Make(string fallback, FailureKind kind, string what, string? advice) =>
            new(response.StatusCode, reason is { Length: > 0 } ? reason : fallback, status, kind, target, what, advice);
    }

    internal static ApiException Unreachable(ApiConnection connection, Exception exception)
    {
        var host = connection.Endpoint.Authority;
        var (what, advice) = exception switch
        {
            _ when Find<AuthenticationException>(exception) is { } tls => (
                $"The certificate of {host} is not trusted as {connection.Name}'s: {Sentence(tls.Message)}",
                "Get the cluster's current kubeconfig; do not switch verification off."),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => (
                $"The name of {host} cannot be resolved, so {connection.Name} cannot be reached.", "Check the endpoint and the network."),
            TimeoutException timeout => ($"{connection.Name} at {host} does not answer: {Sentence(timeout.Message)}", "Check that the cluster runs and that the network leads there."),
            _ => ($"{connection.Name} cannot be reached at {host}: {Sentence(Innermost(exception).Message)}", "Check that the cluster runs (Get-WTCluster) and that the network leads there."),
        };
        return new ApiException(null, null, null, FailureKind.Unreachable, host, what, advice, exception);
    }

    private static JsonObject? ParseStatus(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject node && (string?)node["kind"] == "Status" ? node : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Target(JsonObject? status, string path)
    {
        if (status?["details"] is JsonObject details && (string?)details["name"] is { } name)
            return $"{(string?)details["kind"] ?? "object"} {name}";
        var end = path.IndexOf('?', StringComparison.Ordinal);
        return end < 0 ? path : path[..end];
    }

    // A proxy's page would fill the screen: its first line says enough.
    private static string Summarise(string text, HttpStatusCode code)
    {
        var line = text.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        if (end >= 0)
            line = line[..end];
        return line.IsEmpty || line[0] == '<' ? $"HTTP {(int)code}" : line.Length > 300 ? string.Concat(line[..300], "…") : line.ToString();
    }

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";

    private static TException? Find<TException>(Exception exception)
        where TException : Exception
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is TException found)
                return found;
        }

        return null;
    }

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }
}
