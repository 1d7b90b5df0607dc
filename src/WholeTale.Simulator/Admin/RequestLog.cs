using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Admin;

/// <summary>The newest requests, so that tests can hold clients to what they send. Headers and bodies are not kept: they may hold secrets.</summary>
internal sealed class RequestLog(TimeProvider time)
{
    private const int Capacity = 20_000;

    private readonly Queue<Entry> _entries = new();
    private readonly Lock _gate = new();

    private sealed record Entry(DateTimeOffset Time, string Verb, string Path, string Query, int Status, string UserAgent);

    public async Task RecordAsync(HttpContext context, RequestDelegate next)
    {
        var started = time.GetUtcNow();
        var path = context.Request.Path.Value ?? "";
        try
        {
            await next(context);
        }
        finally
        {
            if (!path.StartsWith("/simulator/", StringComparison.Ordinal))
            {
                var entry = new Entry(
                    started, context.Request.Method, path, context.Request.QueryString.Value ?? "", context.Response.StatusCode, context.Request.Headers.UserAgent.ToString());
                lock (_gate)
                {
                    _entries.Enqueue(entry);
                    if (_entries.Count > Capacity)
                        _entries.Dequeue();
                }
            }
        }
    }

    public void Clear()
    {
        lock (_gate)
            _entries.Clear();
    }

    public JsonArray ToJson()
    {
        lock (_gate)
        {
            return [.. _entries.Select(entry => (JsonNode)new JsonObject
            {
                ["time"] = entry.Time.ToString("O"),
                ["verb"] = entry.Verb,
                ["path"] = entry.Path,
                ["query"] = entry.Query,
                ["status"] = entry.Status,
                ["userAgent"] = entry.UserAgent,
            })];
        }
    }
}
