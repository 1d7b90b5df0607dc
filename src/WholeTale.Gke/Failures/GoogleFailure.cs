using Google.Rpc;
using Grpc.Core;
using WholeTale.Core;
using WholeTale.Core.Clusters;

namespace WholeTale.Gke.Failures;

/// <summary>Says an error of Google's in words that a person understands, with what to do. Reasons: google.api.ErrorReason; codes: google.rpc.Code.</summary>
internal static class GoogleFailure
{
    private const string QuotaAdvice = "Make the cluster smaller (Gke.NodeCount, Gke.MachineType), choose another location, or ask for more on the console's page 'Quotas'.";

    /// <summary>Explains why a request was refused.</summary>
    /// <param name="exception">The call's error.</param>
    /// <param name="target">What the request was about: a cluster's or project's name.</param>
    /// <param name="doing">What failed, as the beginning of a sentence: <c>Creating the cluster x</c>.</param>
    internal static ClusterException Explain(RpcException exception, string target, string doing) =>
        Explain((Code)(int)exception.StatusCode, Cause(exception) ?? exception.Status.Detail, RichStatus.Of(exception), target, doing, exception);

    /// <summary>Explains why an operation failed.</summary>
    internal static ClusterException Explain(Google.Rpc.Status status, string target, string doing) =>
        Explain((Code)status.Code, status.Message, RichStatus.Of(status), target, doing, null);

    private static ClusterException Explain(Code code, string message, RichStatus status, string target, string doing, Exception? cause)
    {
        var said = message.TrimEnd('.', ' ', '\n');
        var (id, kind, why, advice) = ByReason(status, said) ?? ByCode(code, status, said);
        return new ClusterException(id, kind, target, $"{doing} failed: {why}.", Links(status, advice), cause);
    }

    private static (string Id, FailureKind Kind, string Why, string Advice)? ByReason(RichStatus status, string said)
    {
        var metadata = status.Info?.Metadata;
        return status.Info?.Reason switch
        {
            "SERVICE_DISABLED" => (
                "GoogleApiDisabled", FailureKind.Refused, $"the API {Value("service", "container.googleapis.com")} is not enabled in the project {Consumer()}",
                $"Enable it ('gcloud services enable {Value("service", "container.googleapis.com")}'), wait a minute, and run this again."),
            "BILLING_DISABLED" => ("GoogleBillingDisabled", FailureKind.Refused, $"billing is not enabled for the project {Consumer()}", "Link the project to a billing account in the Cloud console, and run this again."),
            "IAM_PERMISSION_DENIED" => (
                "GooglePermissionDenied", FailureKind.Forbidden, $"the permission {Value("permission", RefusalText.Permission(said) ?? "for it")} is missing ({said})",
                "Ask the project's owner for a role that has it; roles/container.admin covers all that this module does."),
            "RATE_LIMIT_EXCEEDED" => ("GoogleRateLimited", FailureKind.Refused, $"too many requests were sent ({said})", "Wait a minute, and run this again."),
            "ACCESS_TOKEN_EXPIRED" => ("GoogleLoginFailed", FailureKind.Unauthenticated, "the access token has expired", "Get a new one; other credentials than Secrets.GkeAccessToken are renewed by themselves."),
            "ACCESS_TOKEN_SCOPE_INSUFFICIENT" => (
                "GooglePermissionDenied", FailureKind.Forbidden, "the credentials lack the scope cloud-platform", "On a machine of Google's give it the scope 'cloud-platform', or name a key by Gke.CredentialsFile."),
            _ => null,
        };

        string Value(string key, string otherwise) => metadata is not null && metadata.TryGetValue(key, out var value) ? value : otherwise;
        string Consumer() => Value("consumer", "of these credentials").Replace("projects/", "", StringComparison.Ordinal);
    }

    private static (string Id, FailureKind Kind, string Why, string Advice) ByCode(Code code, RichStatus status, string said) => code switch
    {
        Code.AlreadyExists => ("GkeNameTaken", FailureKind.Conflict, $"the name is taken ({said})", "Choose another name, or remove what has it."),
        Code.NotFound => ("GkeNotFound", FailureKind.NotFound, said, "Check the settings Gke.ProjectId and Gke.Location."),
        // Kubernetes Engine answers so where its own check finds a quota of machines too small (HTTP 403).
        Code.PermissionDenied when RefusalText.IsQuota(said) => ("GoogleQuotaExceeded", FailureKind.Refused, Quota(status, said), QuotaAdvice),
        Code.PermissionDenied when RefusalText.Permission(said) is { } permission => (
            "GooglePermissionDenied", FailureKind.Forbidden, $"the permission {permission} is missing ({said})", "Ask the project's owner for a role that has it; roles/container.admin covers all that this module does."),
        Code.PermissionDenied => ("GooglePermissionDenied", FailureKind.Forbidden, said, "Ask the project's owner for a role that allows it; roles/container.admin covers all that this module does."),
        Code.Unauthenticated => ("GoogleLoginFailed", FailureKind.Unauthenticated, $"Google does not accept the credentials ({said})", "Run 'gcloud auth application-default login', or name a valid key by Gke.CredentialsFile."),
        Code.ResourceExhausted => ("GoogleQuotaExceeded", FailureKind.Refused, Quota(status, said), QuotaAdvice),
        Code.FailedPrecondition when said.Contains("quota", StringComparison.OrdinalIgnoreCase) => ("GoogleQuotaExceeded", FailureKind.Refused, Quota(status, said), QuotaAdvice),
        Code.FailedPrecondition when said.Contains("operation", StringComparison.OrdinalIgnoreCase) => (
            "GkeOperationConflict", FailureKind.Conflict, $"another operation is under way on the cluster ({said})", "Wait until it is done ('Get-WTCluster' shows the cluster Running), and run this again."),
        Code.FailedPrecondition => ("GkeRefused", FailureKind.Refused, Precondition(status, said), "Put that right, and run this again."),
        Code.InvalidArgument or Code.OutOfRange => ("GkeRequestInvalid", FailureKind.InvalidInput, Fields(status, said), "Correct the settings under Gke, and run this again."),
        Code.Cancelled => ("GkeOperationCancelled", FailureKind.Refused, $"the operation was cancelled ({said})", "Somebody stopped it at Google. Run this again when it may go on."),
        Code.Unavailable or Code.DeadlineExceeded or Code.Aborted or Code.Internal or Code.Unknown => (
            "GoogleUnreachable", FailureKind.Unreachable, $"Google's API does not answer as it should ({said})", "Check the network and the setting Gke.ApiEndpoint, and run this again: what was begun is picked up."),
        _ => ("GkeRefused", FailureKind.Refused, said, "Put that right, and run this again."),
    };

    // What broke on the way is said by the innermost error; the client's own text strings all of them together.
    private static string? Cause(RpcException exception) => exception.Status.DebugException is { } cause and not RpcException ? cause.GetBaseException().Message : null;

    private static string Quota(RichStatus status, string said) => RefusalText.Quota(said) is { } quota
        ? $"the quota {quota.Name} is not enough: {quota.Needed} are needed, and {quota.Left} of {quota.Limit} are left ({said})"
        : Join("a quota is used up", said, status.Quota?.Violations.Select(violation => violation.Description));

    private static string Precondition(RichStatus status, string said) => Join("", said, status.Precondition?.Violations.Select(violation => violation.Description));

    private static string Fields(RichStatus status, string said) =>
        Join("Google does not accept the request", said, status.BadRequest?.FieldViolations.Select(violation => $"{violation.Field}: {violation.Description}"));

    private static string Join(string what, string said, IEnumerable<string>? violations)
    {
        var all = string.Join("; ", new[] { said }.Concat(violations ?? []).Where(text => text.Length > 0).Select(text => text.TrimEnd('.')).Distinct(StringComparer.Ordinal));
        return what.Length == 0 ? all : $"{what} ({all})";
    }

    private static string Links(RichStatus status, string advice) =>
        status.Help?.Links.FirstOrDefault(link => Uri.TryCreate(link.Url, UriKind.Absolute, out _)) is { } link ? $"{advice} See {link.Url}" : advice;
}
