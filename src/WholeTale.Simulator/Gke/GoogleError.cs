using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace WholeTale.Simulator.Gke;

/// <summary>A refusal as Google's APIs give it: <c>google.rpc.Status</c> with a code, a text and details (AIP-193).</summary>
internal sealed class GoogleError(Code code, string message, params IMessage[] details) : Exception(message)
{
    public Code Code => code;

    /// <summary>The whole status, as it goes over the wire.</summary>
    public Status Status
    {
        get
        {
            var status = new Status { Code = (int)code, Message = Message };
            status.Details.AddRange(details.Select(Any.Pack));
            return status;
        }
    }

    /// <summary>The HTTP status of a code (google.rpc.Code).</summary>
    public static int HttpStatus(Code code) => code switch
    {
        Code.Ok => 200,
        Code.InvalidArgument or Code.FailedPrecondition or Code.OutOfRange => 400,
        Code.Unauthenticated => 401,
        Code.PermissionDenied => 403,
        Code.NotFound => 404,
        Code.Aborted or Code.AlreadyExists => 409,
        Code.ResourceExhausted => 429,
        Code.Cancelled => 499,
        Code.Unimplemented => 501,
        Code.Unavailable => 503,
        Code.DeadlineExceeded => 504,
        _ => 500,
    };

    /// <summary>The code that a fault's HTTP status stands for.</summary>
    public static Code OfHttp(int status) => status switch
    {
        400 => Code.InvalidArgument,
        401 => Code.Unauthenticated,
        403 => Code.PermissionDenied,
        404 => Code.NotFound,
        409 => Code.AlreadyExists,
        412 => Code.FailedPrecondition,
        429 => Code.ResourceExhausted,
        499 => Code.Cancelled,
        501 => Code.Unimplemented,
        503 => Code.Unavailable,
        504 => Code.DeadlineExceeded,
        _ => Code.Internal,
    };
}
