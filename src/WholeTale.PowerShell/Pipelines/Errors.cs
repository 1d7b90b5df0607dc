using System.Management.Automation;
using WholeTale.Core;

namespace WholeTale.PowerShell.Pipelines;

/// <summary>Turns exceptions into error records: id, category, target and recommended action.</summary>
internal static class Errors
{
    internal static ErrorRecord From(WholeTaleException exception)
    {
        var record = new ErrorRecord(exception, exception.ErrorId, Category(exception.Kind), exception.Target);
        if (exception.Advice is { } advice)
            record.ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = advice };
        return record;
    }

    /// <summary>A record for what the machine's own files refuse; null for anything else, which is a fault of ours and shows as such.</summary>
    internal static ErrorRecord? From(Exception exception) => exception switch
    {
        UnauthorizedAccessException => new ErrorRecord(exception, "AccessDenied", ErrorCategory.PermissionDenied, null),
        FileNotFoundException or DirectoryNotFoundException => new ErrorRecord(exception, "FileNotFound", ErrorCategory.ObjectNotFound, null),
        IOException => new ErrorRecord(exception, "FileError", ErrorCategory.WriteError, null),
        _ => null,
    };

    private static ErrorCategory Category(FailureKind kind) => kind switch
    {
        FailureKind.InvalidInput => ErrorCategory.InvalidArgument,
        FailureKind.Malformed => ErrorCategory.ParserError,
        FailureKind.NotFound => ErrorCategory.ObjectNotFound,
        FailureKind.Conflict => ErrorCategory.ResourceExists,
        FailureKind.Unreachable => ErrorCategory.ConnectionError,
        FailureKind.Unauthenticated => ErrorCategory.AuthenticationError,
        FailureKind.Forbidden => ErrorCategory.PermissionDenied,
        FailureKind.Refused => ErrorCategory.InvalidOperation,
        FailureKind.NotReady => ErrorCategory.OperationStopped,
        FailureKind.TimedOut => ErrorCategory.OperationTimeout,
        FailureKind.NotInstalled => ErrorCategory.NotInstalled,
        _ => ErrorCategory.NotSpecified,
    };
}
