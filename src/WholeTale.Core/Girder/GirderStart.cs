using System.Net;
using WholeTale.Core.Deployment;

namespace WholeTale.Core.Girder;

/// <summary>Waits until Girder answers.</summary>
internal static class GirderStart
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(3);

    /// <summary>Waits for an answer of <c>/system/version</c>; after a restart, for one of another process than before.</summary>
    /// <param name="client">Girder.</param>
    /// <param name="step">The step that waits.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="before">The process that answered before a restart; null when any will do.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="GirderException">It did not answer in time, or an answer shows that waiting will not help.</exception>
    public static async Task<GirderVersion> WaitAsync(GirderClient client, string step, TimeLimit patience, GirderVersion? before, CancellationToken cancellationToken)
    {
        var begin = client.Time.GetTimestamp();
        var delay = FirstDelay;
        while (true)
        {
            var reply = await client.ProbeAsync(cancellationToken);
            if (GirderVersion.Read(reply) is { } version && version.Started != before?.Started)
                return version;
            // A Service without a ready pod gives 503, a process that is just starting 502 or nothing at all: both pass. Being turned away does not.
            if (reply is { Status: HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } || reply is { IsApiServers: true, Status: HttpStatusCode.NotFound })
                throw client.Errors.Refused(step, "GET system/version", reply);
            if (client.Time.GetElapsedTime(begin) + delay > patience.Length)
                throw TooLate(client, step, patience, before, reply);
            await Task.Delay(delay, client.Time, cancellationToken);
            delay = delay * 1.5 < LongestDelay ? delay * 1.5 : LongestDelay;
        }
    }

    private static GirderException TooLate(GirderClient client, string step, TimeLimit patience, GirderVersion? before, GirderReply? reply)
    {
        var last = reply is null ? "nothing came back" : reply.Succeeded ? "the old process still answered" : $"the last answer was {(int)reply.Status}, {reply.Message}";
        return client.Errors.Failed(
            step, reply?.Status, FailureKind.TimedOut, $"Girder did not {(before is null ? "answer" : "come back from its restart")} within {patience.Words}; {last}.",
            $"Look at Girder's log ({client.Errors.Log}), or allow more time by {patience.Source}.");
    }
}
