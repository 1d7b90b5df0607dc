using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary>Girder's REST API in one namespace, as far as setting Whole Tale up and running tales needs it.</summary>
internal sealed class GirderServer(GirderDatabase database, GirderProcess process)
{
    private const string Base = "/api/v1";

    private static readonly IReadOnlyList<GirderRoute> _routes =
    [
        .. SystemRoutes.All, .. UserRoutes.All, .. AssetstoreRoutes.All, .. ApiKeyRoutes.All, .. OAuthRoutes.All, .. ImageRoutes.All, .. TaleRoutes.All, .. InstanceRoutes.All,
    ];

    public GirderProcess Process => process;

    /// <summary>Answers one request; its path is Girder's own.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var parameters = await ReadParametersAsync(context.Request);
        GirderAnswer answer;
        lock (database.Gate)
            answer = Answer(context.Request, parameters);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        await context.Response.WriteAsync(answer.Body, context.RequestAborted);
    }

    private GirderAnswer Answer(HttpRequest request, IReadOnlyDictionary<string, string> parameters)
    {
        // What an API server's proxy says when a pod's port is closed.
        if (!process.Listens(database))
            return GirderAnswer.Unreachable;
        var path = request.Path.Value ?? "/";
        if (!path.StartsWith(Base, StringComparison.Ordinal))
            return path == "/" ? GirderAnswer.Html(200, "Girder", "<div id=\"g-app\"></div>") : GirderAnswer.NotFound(path);
        var parts = path[Base.Length..].Trim('/').Split('/');
        if (parts is [""])
            return GirderAnswer.Html(200, $"{SettingRules.Read(database, process, "core.brand_name")} - REST API Documentation", "<div id=\"swagger-ui-container\"></div>");
        try
        {
            return Route(request, parts, parameters);
        }
        catch (GirderFault fault)
        {
            return GirderAnswer.Json(fault.Status, fault.Body);
        }
    }

    private GirderAnswer Route(HttpRequest request, string[] parts, IReadOnlyDictionary<string, string> parameters)
    {
        var known = _routes.Where(route => route.Resource == parts[0] && IsServed(route)).ToList();
        if (known.Count == 0)
            return GirderAnswer.NotFound(request.Path.Value!);
        foreach (var route in known)
        {
            if (route.Match(request.Method, parts) is not { } wildcards)
                continue;
            var user = UserOf(request);
            if (route.Access != GirderAccess.Public && user is null)
                throw GirderFault.Access(route.Access == GirderAccess.Admin ? "Administrator access required." : "You must be logged in.", anonymous: true);
            if (route.Access == GirderAccess.Admin && !((bool?)user!["admin"] ?? false))
                throw GirderFault.Access("Administrator access required.", anonymous: false);
            return GirderAnswer.Json(200, route.Answer(new GirderCall(database, process, request, parameters, wildcards, user)));
        }
        throw GirderFault.Rest($"No matching route for \"{request.Method} {string.Join('/', parts[1..])}\"");
    }

    private bool IsServed(GirderRoute route) =>
        (route.Generation is null || route.Generation == process.Generation) && (route.Plugin is null || process.Loaded.Contains(route.Plugin));

    private JsonObject? UserOf(HttpRequest request)
    {
        var token = request.Headers["Girder-Token"].ToString();
        if (token.Length == 0)
            token = request.Query["token"].ToString();
        return database.Tokens.TryGetValue(token, out var held) && held.Expires > process.Time.GetUtcNow() ? GirderDatabase.Find(database.Users, held.UserId) : null;
    }

    private static async Task<IReadOnlyDictionary<string, string>> ReadParametersAsync(HttpRequest request)
    {
        var parameters = request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        if (request.HasFormContentType)
        {
            foreach (var (name, value) in await request.ReadFormAsync(request.HttpContext.RequestAborted))
                parameters[name] = value.ToString();
        }
        else if (request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true)
        {
            using var reader = new StreamReader(request.Body);
            parameters["body"] = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        }
        return parameters;
    }
}
