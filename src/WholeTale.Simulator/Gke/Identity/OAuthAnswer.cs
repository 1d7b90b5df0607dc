using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Gke.Identity;

/// <summary>Answers in the form of OAuth (RFC 6749, 5.1 and 5.2).</summary>
internal static class OAuthAnswer
{
    public static JsonObject Token(GoogleTokens tokens, string account) => new()
    {
        ["access_token"] = tokens.Issue(account),
        ["expires_in"] = (int)tokens.Lifetime.TotalSeconds,
        ["token_type"] = "Bearer",
    };

    public static Task RefuseAsync(HttpContext context, string error, string? description, int status = 400)
    {
        var body = new JsonObject { ["error"] = error };
        if (description is not null)
            body["error_description"] = description;
        return WriteAsync(context, status, body);
    }

    public static Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
