using Google.Apis.Auth.OAuth2.Responses;
using WholeTale.Core;
using WholeTale.Core.Clusters;

namespace WholeTale.Gke.Access;

/// <summary>Says why Google gave no token. Error codes: RFC 6749, section 5.2.</summary>
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

        var why = error.ErrorDescription is { Length: > 0 } description ? $"{error.Error}: {description.TrimEnd('.')}" : error.Error;
        var advice = error.Error switch
        {
            "invalid_grant" => "The login has expired, or the key was deleted, or this machine's clock is wrong. Run 'gcloud auth application-default login', or make a new key.",
            "invalid_client" or "unauthorized_client" => "The credentials file belongs to a client that Google does not know any more. Make a new one.",
            _ => "Check the credentials, and try again.",
        };
        return new ClusterException("GoogleLoginFailed", FailureKind.Unauthenticated, null, $"Google gave no access token for {origin} ({why}).", advice, exception);
    }
}
