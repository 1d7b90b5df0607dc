using System.Net;

namespace WholeTale.Core.Girder;

/// <summary>Puts into words what went wrong between this product and Girder. Never a request's values: they may be secret.</summary>
/// <param name="work">What was being done, to begin the sentence with.</param>
/// <param name="repeat">How it is done again, as a sentence.</param>
/// <param name="cluster">The cluster's name; empty where it is not known.</param>
internal sealed class GirderErrors(string work, string repeat, string cluster = "")
{
    /// <summary>Girder is being set up.</summary>
    public static readonly GirderErrors SetUp = new("Girder's set-up", "Run Initialize-WTGirder again: it goes on where this run ended.");

    /// <summary>Girder is being deployed.</summary>
    public static readonly GirderErrors Deploy = new("The deploy of Girder", "Run Deploy-WholeTale again: it goes on where this run ended.");

    /// <summary>Girder is being looked at.</summary>
    public static readonly GirderErrors Check = new("The check of Girder", "Then run Test-WholeTale again.");

    /// <summary>A tale is being looked up.</summary>
    public static readonly GirderErrors LookUp = new("The look-up in Girder", "Then try again.");

    /// <summary>The command that shows Girder's log.</summary>
    public string Log => LogCommand.Of(cluster, "girder");

    /// <summary>The same on a cluster of this name.</summary>
    public GirderErrors On(string name) => new(work, repeat, name);

    /// <summary>Something of its own kind went wrong.</summary>
    /// <param name="step">The step.</param>
    /// <param name="status">Girder's answer; null where there was none.</param>
    /// <param name="kind">The kind of failure.</param>
    /// <param name="what">What went wrong, a sentence that begins in the middle.</param>
    /// <param name="advice">What to do; the way to repeat is added.</param>
    public GirderException Failed(string step, HttpStatusCode? status, FailureKind kind, string what, string advice) => New(step, status, kind, what, $"{advice} {repeat}");

    public GirderException Refused(string step, string request, GirderReply reply)
    {
        var said = $"{request} was answered with {(int)reply.Status}, {Sentence(reply.Message)}";
        return reply switch
        {
            { IsApiServers: true } => New(
                step, reply.Status, KindOf(reply.Status), $"the API server could not pass {request} on to Girder ({(int)reply.Status}): {Sentence(reply.Message)}",
                reply.Status == HttpStatusCode.Forbidden
                    ? "Get the right to 'services/proxy' in Whole Tale's namespace."
                    : $"See that Girder's pod is ready (Get-WholeTale). {repeat}"),
            { Status: HttpStatusCode.Unauthorized } => Failed(step, reply.Status, FailureKind.Unauthenticated, said, "See that the Secret girder-admin holds the administrator's password."),
            { Status: HttpStatusCode.Forbidden } => Failed(step, reply.Status, FailureKind.Forbidden, said, "Make the login of the Secret girder-admin an administrator of Girder."),
            { Status: HttpStatusCode.BadRequest } => Failed(step, reply.Status, FailureKind.Refused, said, "Correct the setting concerned, or use an image of Girder that knows it."),
            { Status: HttpStatusCode.NotFound } => New(
                step, reply.Status, FailureKind.NotFound, said, $"See that Girder's image holds Whole Tale's plugins and that they are loaded ({Log})."),
            { Status: >= HttpStatusCode.InternalServerError } => Failed(step, reply.Status, FailureKind.Unreachable, said, $"Look at Girder's log ({Log})."),
            _ => Failed(step, reply.Status, FailureKind.Refused, said, "See that the Service girder leads to Girder and to nothing else."),
        };
    }

    public GirderException Broken(string step, string request, Exception cause)
    {
        while (cause is not TimeoutException && cause.InnerException is not null)
            cause = cause.InnerException;
        return New(
            step, null, cause is TimeoutException ? FailureKind.TimedOut : FailureKind.Unreachable, $"{request} had no answer: {Sentence(cause.Message)}",
            $"See that Girder's pod is ready and that the network leads to the cluster. {repeat}", cause);
    }

    public GirderException Unexpected(string step, string request, string wanted) => New(
        step, HttpStatusCode.OK, FailureKind.Refused, $"{request} gave something else than {wanted}.", "See that the Service girder leads to Girder and that its image is a Whole Tale one.");

    private GirderException New(string step, HttpStatusCode? status, FailureKind kind, string what, string advice, Exception? cause = null) =>
        new(step, status, kind, $"{work} failed at the step '{step}': {what}", advice, cause);

    private static FailureKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => FailureKind.Unauthenticated,
        HttpStatusCode.Forbidden => FailureKind.Forbidden,
        HttpStatusCode.NotFound => FailureKind.NotFound,
        _ => FailureKind.Unreachable,
    };

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}
