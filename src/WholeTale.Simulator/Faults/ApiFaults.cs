using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;

namespace WholeTale.Simulator.Faults;

/// <summary>Strikes requests before (or while) the API server answers them.</summary>
internal sealed class ApiFaults(FaultBook faults, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value ?? "";
        if (faults.IsEmpty || path.StartsWith("/simulator/", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        var watches = context.Request.Query["watch"].ToString() is "true" or "1";
        var request = RequestInfo.Parse(context.Request.Method, path, watches);
        var rule = faults.Strike(new FaultEvent(request.Verb == "watch" ? "watch" : "api")
        {
            Verb = request.Verb,
            Resource = request.Subresource.Length > 0 ? $"{request.Resource}/{request.Subresource}" : request.Resource,
            Namespace = request.Namespace,
            Name = request.Name,
            Path = path,
            UserAgent = context.Request.Headers.UserAgent.ToString(),
        });
        if (rule is null)
        {
            await next(context);
            return;
        }

        if (rule.Milliseconds is { } latency && rule.Action is null or "latency")
            await Task.Delay(TimeSpan.FromMilliseconds(latency), time, context.RequestAborted);
        switch (rule.Action ?? (rule.Status is null ? "latency" : "status"))
        {
            case "latency":
                await next(context);
                break;
            case "break" or "drop" or "stall":
                await StreamFault.RunAsync(context, next, rule, time);
                break;
            case "expire" when request.Verb == "watch":
                await ExpireAsync(context);
                break;
            case "stale":
                // A list as the cache of a lagging API server gives it: of an older version, when the log still has it.
                context.Request.QueryString = context.Request.QueryString.Add("resourceVersion", "1").Add("resourceVersionMatch", "NotOlderThan");
                await next(context);
                break;
            default:
                await AnswerAsync(context, rule, time);
                break;
        }
    }

    // A watch from a version that is too old begins well and ends with an event (watch cache, errWatcher).
    private static async Task ExpireAsync(HttpContext context)
    {
        var version = long.TryParse(context.Request.Query["resourceVersion"], out var asked) ? asked : 1;
        var change = new JsonObject { ["type"] = "ERROR", ["object"] = ApiStatusException.Expired(version, version + 1).ToStatus() };
        await context.WriteAsync(200, System.Text.Encoding.UTF8.GetBytes(change.ToJsonString() + "\n"));
    }

    /// <summary>Answers in place of who was asked: with a status, or by resetting the connection.</summary>
    public static async Task AnswerAsync(HttpContext context, FaultRule rule, TimeProvider time)
    {
        if (rule.Action == "reset")
        {
            context.Abort();
            return;
        }

        if (rule.Action != "latency" && rule.Milliseconds is { } latency && rule.Action is not null)
            await Task.Delay(TimeSpan.FromMilliseconds(latency), time, context.RequestAborted);
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
