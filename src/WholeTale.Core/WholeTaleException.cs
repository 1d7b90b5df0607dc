namespace WholeTale.Core;

/// <summary>The root of the errors that this product raises on purpose. The message is whole sentences that begin with what failed and end with what to do.</summary>
public abstract class WholeTaleException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="errorId">Stable id for scripts, e.g. <c>SettingsInvalid</c>.</param>
    /// <param name="kind">What sort of failure it is.</param>
    /// <param name="target">The thing concerned, e.g. a file or an object's name.</param>
    /// <param name="message">What failed and why.</param>
    /// <param name="advice">What to do.</param>
    /// <param name="innerException">The cause.</param>
    protected WholeTaleException(string errorId, FailureKind kind, string? target, string message, string? advice = null, Exception? innerException = null)
        : base(advice is null ? message : $"{message} {advice}", innerException)
    {
        ErrorId = errorId;
        Kind = kind;
        Target = target;
        Advice = advice;
        Explanation = message;
    }

    /// <summary>What failed and why, without what to do.</summary>
    public string Explanation { get; }

    /// <summary>Stable id for scripts.</summary>
    public string ErrorId { get; }

    /// <summary>What sort of failure it is; becomes the error's category in PowerShell.</summary>
    public FailureKind Kind { get; }

    /// <summary>The thing concerned.</summary>
    public string? Target { get; }

    /// <summary>What to do; the recommended action in PowerShell.</summary>
    public string? Advice { get; }

    /// <summary>What else failed in the same run, each an error of its own.</summary>
    public IReadOnlyList<WholeTaleException> Further { get; internal set; } = [];

    /// <summary>Throws the first of some errors, with the others.</summary>
    internal static void ThrowAny(IReadOnlyList<WholeTaleException> failures)
    {
        if (failures.Count == 0)
            return;
        failures[0].Further = [.. failures.Skip(1)];
        throw failures[0];
    }
}

/// <summary>Sorts of failure, each with a PowerShell error category of its own.</summary>
public enum FailureKind
{
    /// <summary>What was given is wrong (InvalidArgument).</summary>
    InvalidInput,

    /// <summary>A file could not be read as what it should be (ParserError).</summary>
    Malformed,

    /// <summary>Something named does not exist (ObjectNotFound).</summary>
    NotFound,

    /// <summary>Somebody else holds or changed it (ResourceExists).</summary>
    Conflict,

    /// <summary>A server cannot be reached or broke off (ConnectionError).</summary>
    Unreachable,

    /// <summary>Credentials are wrong (AuthenticationError).</summary>
    Unauthenticated,

    /// <summary>Not allowed (PermissionDenied).</summary>
    Forbidden,

    /// <summary>A server refused the request (InvalidOperation).</summary>
    Refused,

    /// <summary>It did not become ready (OperationStopped).</summary>
    NotReady,

    /// <summary>A deadline passed (OperationTimeout).</summary>
    TimedOut,

    /// <summary>A program that is needed is not installed (NotInstalled).</summary>
    NotInstalled,
}
