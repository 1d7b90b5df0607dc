using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;

namespace WholeTale.Simulator.Faults;

/// <summary>Strikes requests before (or while) the API server answers them.</summary>
internal sealed class ApiFaults(FaultBook faults, KubernetesApi api)
{
    // How far a cache lags when the rule does not say, in milliseconds.
    private const int DefaultLag = 1000;

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

        if (rule.Action == "expire" && request.Verb == "watch")
        {
            await ExpireAsync(context);
            return;
        }

        if (rule.Action == "stale" && request.Verb == "list")
        {
            LookBack(context, request, rule);
            rule = rule with { Milliseconds = null };
        }

        await RequestFault.StrikeAsync(context, rule, next, api.Options.Time);
    }

    // A list as the cache of a lagging API server gives it: of the version that was the newest some time ago. A list without a version is read from etcd, and is never old
    // (https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list).
    private void LookBack(HttpContext context, RequestInfo request, FaultRule rule)
    {
        var query = context.Request.Query;
        if (!long.TryParse(query["resourceVersion"], NumberStyles.None, CultureInfo.InvariantCulture, out var least) || query["resourceVersionMatch"] == "Exact"
            || !api.Kinds.TryFind(request.Group, request.Version, request.Resource, out var kind)
            || api.Store.VersionBefore(kind, TimeSpan.FromMilliseconds(rule.Milliseconds ?? DefaultLag)) is not { } version)
            return;
        var kept = query.Where(pair => pair.Key is not ("resourceVersion" or "resourceVersionMatch"));
        context.Request.QueryString = QueryString.Create(kept).Add("resourceVersion", Math.Max(version, least).ToString(CultureInfo.InvariantCulture)).Add("resourceVersionMatch", "Exact");
    }

    // A watch from a version that is too old begins well and ends with an event (watch cache, errWatcher).
    private static async Task ExpireAsync(HttpContext context)
    {
        var version = long.TryParse(context.Request.Query["resourceVersion"], out var asked) ? asked : 1;
        var change = new JsonObject { ["type"] = "ERROR", ["object"] = ApiStatusException.Expired(version, version + 1).ToStatus() };
        await context.WriteAsync(200, System.Text.Encoding.UTF8.GetBytes(change.ToJsonString() + "\n"));
    }
}
