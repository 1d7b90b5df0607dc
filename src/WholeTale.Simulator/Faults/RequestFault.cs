using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;

namespace WholeTale.Simulator.Faults;

/// <summary>What a rule does to a request, whoever was to answer it: answers in its place, delays it, or breaks its answer.</summary>
internal static class RequestFault
{
    /// <summary>Carries a rule out.</summary>
    /// <param name="context">The request.</param>
    /// <param name="rule">What strikes it.</param>
    /// <param name="next">Answers as it would without the rule.</param>
    /// <param name="time">What latency is measured by.</param>
    public static async Task StrikeAsync(HttpContext context, FaultRule rule, RequestDelegate next, TimeProvider time)
    {
        var action = rule.Action ?? (rule.Status is null ? "latency" : "status");
        // Of a stream that breaks the milliseconds say when.
        var breaks = action is "break" or "drop" or "stall";
        if (rule.Milliseconds is { } latency && !breaks)
            await Task.Delay(TimeSpan.FromMilliseconds(latency), time, context.RequestAborted);
        if (breaks)
            await StreamFault.RunAsync(context, next, rule, time);
        else if (action is "latency" or "stale")
            await next(context);
        else if (action is "reset" or "refuse")
            context.Abort();
        else if (action == "hang")
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        else
            await AnswerAsync(context, rule);
    }

    private static async Task AnswerAsync(HttpContext context, FaultRule rule)
    {
        var code = rule.Action switch { "expire" => 410, "throttle" => 429, _ => rule.Status ?? 500 };
        var (reason, message) = Wording(code);
        var details = new JsonObject();
        if ((rule.RetryAfter ?? (code == 429 ? 1 : null)) is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            details["retryAfterSeconds"] = seconds;
        }

        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        var status = new ApiStatusException(code, rule.Reason ?? reason, rule.Message ?? message, details.Count > 0 ? details : null).ToStatus();
        await context.Response.WriteAsync(status.ToJsonString(), context.RequestAborted);
    }

    private static (string Reason, string Message) Wording(int code) => code switch
    {
        401 => ("Unauthorized", "Unauthorized"),
        403 => ("Forbidden", "simulated fault: forbidden"),
        404 => ("NotFound", "the server could not find the requested resource"),
        409 => ("Conflict", "Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and try again"),
        410 => ("Expired", "The resourceVersion for the provided watch is too old."),
        429 => ("TooManyRequests", "Too many requests, please try again later."),
        502 => ("InternalError", "simulated fault: bad gateway"),
        503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
        504 => ("Timeout", "Timeout: request did not complete within the allotted timeout"),
        _ => ("InternalError", "Internal error occurred: simulated fault"),
    };
}
