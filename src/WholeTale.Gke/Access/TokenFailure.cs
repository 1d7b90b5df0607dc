using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Apis.Auth.OAuth2.Responses;
using WholeTale.Core;
using WholeTale.Core.Clusters;

namespace WholeTale.Gke.Access;

/// <summary>Says why Google gave no token. Error codes: RFC 6749, section 5.2; AIP-193.</summary>
internal static class TokenFailure
{
    internal static ClusterException Explain(Exception exception, string origin)
    {
        if (exception is not TokenResponseException { Error: { } error } || error.Error is null)
        {
            return exception is TokenResponseException or HttpRequestException or OperationCanceledException
                ? new ClusterException(
                    "GoogleUnreachable", FailureKind.Unreachable, null, $"Google gave no access token for {origin}: its token endpoint did not answer as it should ({exception.Message.TrimEnd('.')}).",
                    "Check the network and the proxy, and try again.", exception)
                : new ClusterException(
                    "GoogleLoginFailed", FailureKind.Unauthenticated, null, $"Google gave no access token for {origin}.",
                    "Check the credentials, and where Gke.ImpersonateServiceAccount is set, that you have roles/iam.serviceAccountTokenCreator on it.", exception);
        }

        if (Refusal(error.Error) is (var status, var message))
        {
            return new ClusterException(
                "GoogleLoginFailed", FailureKind.Unauthenticated, null, $"Google gave no access token for {origin} ({message.TrimEnd('.')}).",
                status switch
                {
                    "PERMISSION_DENIED" => "Have roles/iam.serviceAccountTokenCreator granted to you on the account to act as, or leave Gke.ImpersonateServiceAccount out.",
                    "NOT_FOUND" => "Correct the name of the account to act as: Gke.ImpersonateServiceAccount, or what the credentials file says.",
                    _ => "Check the credentials and the account to act as, and try again.",
                },
                exception);
        }

        var why = error.ErrorDescription is { Length: > 0 } description ? $"{error.Error}: {description.TrimEnd('.')}" : error.Error;
        var advice = error.Error switch
        {
            "invalid_grant" => "The login has expired, or the key was deleted, or this machine's clock is wrong. Run 'gcloud auth application-default login', or make a new key.",
            "invalid_client" or "unauthorized_client" => "The credentials file belongs to a client that Google does not know any more. Make a new one.",
            _ => "Check the credentials, and try again.",
        };
        return new ClusterException("GoogleLoginFailed", FailureKind.Unauthenticated, null, $"Google gave no access token for {origin} ({why}).", advice, exception);
    }

    // What gives tokens of other accounts is an API, not OAuth: it refuses in the form of AIP-193, which Google's library passes on as a text.
    private static (string Status, string Message)? Refusal(string text)
    {
        try
        {
            return JsonNode.Parse(text)?["error"] is JsonObject error && (string?)error["message"] is { } message ? ((string?)error["status"] ?? "", message) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
