using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Faults;

namespace WholeTale.Simulator.Gke;

/// <summary>Google's token endpoint (RFC 6749, RFC 7523) and the metadata server of its machines, on one plain loopback port.</summary>
internal sealed class OAuth(GoogleAccounts accounts, GoogleTokens tokens, FaultBook faults, TimeProvider time)
{
    private const string Flavor = "Metadata-Flavor";
    private const string Metadata = "/computeMetadata/v1/";

    /// <summary>The address that assertions must be made for.</summary>
    public string TokenUri { get; set; } = "";

    public Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/token" when HttpMethods.IsPost(context.Request.Method) => AnswerTokenAsync(context),
        { } path when path == "/" || path.StartsWith(Metadata, StringComparison.Ordinal) => AnswerMetadataAsync(context, path),
        _ => WriteAsync(context, 404, new JsonObject { ["error"] = "not_found" }),
    };

    private async Task AnswerTokenAsync(HttpContext context)
    {
        if (faults.Strike(new FaultEvent("token") { Verb = "create" }) is { } rule)
        {
            if (rule.Action == "reset")
                context.Abort();
            else
                await WriteAsync(context, rule.Status ?? 500, new JsonObject { ["error"] = rule.Reason ?? "internal_failure", ["error_description"] = rule.Message ?? "simulated fault" });
            return;
        }

        if (!context.Request.HasFormContentType)
        {
            await WriteAsync(context, 400, new JsonObject { ["error"] = "invalid_request" });
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var account = form["grant_type"].ToString() switch
        {
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => accounts.CheckAssertion(form["assertion"].ToString(), TokenUri, time.GetUtcNow()),
            "refresh_token" => accounts.IsUser(form["client_id"].ToString(), form["client_secret"].ToString(), form["refresh_token"].ToString()) ? GoogleAccounts.User : null,
            _ => "",
        };
        await (account switch
        {
            null => WriteAsync(context, 400, new JsonObject { ["error"] = "invalid_grant", ["error_description"] = "Invalid JWT Signature." }),
            "" => WriteAsync(context, 400, new JsonObject { ["error"] = "unsupported_grant_type" }),
            _ => WriteAsync(context, 200, Token(account)),
        });
    }

    private Task AnswerMetadataAsync(HttpContext context, string path)
    {
        context.Response.Headers[Flavor] = "Google";
        if (context.Request.Headers[Flavor] != "Google")
            return WriteTextAsync(context, 403, "Missing Metadata-Flavor:Google header.");
        return path switch
        {
            "/" => WriteTextAsync(context, 200, "computeMetadata/\n"),
            Metadata + "project/project-id" => WriteTextAsync(context, 200, SimulatedProject.Id),
            Metadata + "project/numeric-project-id" => WriteTextAsync(context, 200, SimulatedProject.Number),
            Metadata + "instance/service-accounts/default/email" => WriteTextAsync(context, 200, GoogleAccounts.ServiceAccount),
            Metadata + "instance/service-accounts/default/token" => WriteAsync(context, 200, Token(GoogleAccounts.ServiceAccount)),
            Metadata + "universe/universe-domain" => WriteTextAsync(context, 200, "googleapis.com"),
            _ => WriteTextAsync(context, 404, "Not Found"),
        };
    }

    private JsonObject Token(string account) => new()
    {
        ["access_token"] = tokens.Issue(account),
        ["expires_in"] = (int)tokens.Lifetime.TotalSeconds,
        ["token_type"] = "Bearer",
    };

    private static Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    private static Task WriteTextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/text";
        context.Response.Headers.ContentLength = text.Length;
        return context.Response.WriteAsync(text.ToString(CultureInfo.InvariantCulture), context.RequestAborted);
    }
}
