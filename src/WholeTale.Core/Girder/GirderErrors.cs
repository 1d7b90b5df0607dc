using System.Net;

namespace WholeTale.Core.Girder;

/// <summary>Puts into words what went wrong between this product and Girder. Never a request's values: they may be secret.</summary>
internal static class GirderErrors
{
    private const string Repeat = "Run Initialize-WTGirder again: it goes on where this run ended.";

    public static GirderException Refused(string step, string request, GirderReply reply)
    {
        var said = $"Girder's set-up failed at the step '{step}': {request} was answered with {(int)reply.Status}, {Sentence(reply.Message)}";
        return reply switch
        {
            { IsApiServers: true } => new(
                step, reply.Status, KindOf(reply.Status),
                $"Girder's set-up failed at the step '{step}': the API server could not pass {request} on to Girder ({(int)reply.Status}): {Sentence(reply.Message)}",
                reply.Status == HttpStatusCode.Forbidden
                    ? "Get the right to 'services/proxy' in Whole Tale's namespace."
                    : $"See that Girder's pod is ready (Get-WholeTale). {Repeat}"),
            { Status: HttpStatusCode.Unauthorized } => new(
                step, reply.Status, FailureKind.Unauthenticated, said, "See that the Secret girder-admin holds the administrator's password, then run Initialize-WTGirder again."),
            { Status: HttpStatusCode.Forbidden } => new(
                step, reply.Status, FailureKind.Forbidden, said, "Make the login of the Secret girder-admin an administrator of Girder, then run Initialize-WTGirder again."),
            { Status: HttpStatusCode.BadRequest } => new(
                step, reply.Status, FailureKind.Refused, said, "Correct the setting concerned, or use an image of Girder that knows it, then run Initialize-WTGirder again."),
            { Status: HttpStatusCode.NotFound } => new(
                step, reply.Status, FailureKind.NotFound, said, "See that Girder's image holds Whole Tale's plugins and that they are loaded (Get-WTLog -Component girder)."),
            { Status: >= HttpStatusCode.InternalServerError } => new(
                step, reply.Status, FailureKind.Unreachable, said, $"Look at Girder's log (Get-WTLog -Component girder). {Repeat}"),
            _ => new(step, reply.Status, FailureKind.Refused, said, $"See that the Service girder leads to Girder and to nothing else. {Repeat}"),
        };
    }

    public static GirderException Broken(string step, string request, Exception cause)
    {
        while (cause is not TimeoutException && cause.InnerException is not null)
            cause = cause.InnerException;
        return new(
            step, null, cause is TimeoutException ? FailureKind.TimedOut : FailureKind.Unreachable,
            $"Girder's set-up failed at the step '{step}': {request} had no answer: {Sentence(cause.Message)}",
            $"See that Girder's pod is ready and that the network leads to the cluster. {Repeat}", cause);
    }

    public static GirderException Unexpected(string step, string request, string wanted) => new(
        step, HttpStatusCode.OK, FailureKind.Refused, $"Girder's set-up failed at the step '{step}': {request} gave something else than {wanted}.",
        "See that the Service girder leads to Girder and that its image is a Whole Tale one.");

    private static FailureKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => FailureKind.Unauthenticated,
        HttpStatusCode.Forbidden => FailureKind.Forbidden,
        HttpStatusCode.NotFound => FailureKind.NotFound,
        _ => FailureKind.Unreachable,
    };

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}
