using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Gke.Identity;

/// <summary>Google's Security Token Service (RFC 8693): a token of the simulated CI system for one of Google's, as workload identity federation does it.</summary>
internal sealed class TokenExchange(GoogleAccounts accounts, GoogleTokens tokens, TokenFaults faults, TimeProvider time)
{
    public const string Path = "/v1/token";

    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    private static readonly HashSet<string> SubjectTypes = new(StringComparer.Ordinal) { "urn:ietf:params:oauth:token-type:jwt", "urn:ietf:params:oauth:token-type:id_token" };

    public async Task AnswerAsync(HttpContext context)
    {
        if (await faults.StrikeAsync(context, "exchange"))
            return;
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        await (form switch
        {
            _ when form["grant_type"] != "urn:ietf:params:oauth:grant-type:token-exchange" =>
                OAuthAnswer.RefuseAsync(context, "unsupported_grant_type", "Invalid value for \"grant_type\"."),
            _ when form["requested_token_type"].ToString() is not ("" or AccessToken) =>
                OAuthAnswer.RefuseAsync(context, "invalid_request", "Invalid value for \"requested_token_type\"."),
            _ when !SubjectTypes.Contains(form["subject_token_type"].ToString()) =>
                OAuthAnswer.RefuseAsync(context, "invalid_request", "Invalid value for \"subject_token_type\"."),
            _ when form["audience"] != GoogleAccounts.FederationAudience => OAuthAnswer.RefuseAsync(
                context, "invalid_target",
                "The target service indicated by the \"audience\" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn't exist."),
            _ when !accounts.CheckSubjectToken(form["subject_token"].ToString(), time.GetUtcNow()) =>
                OAuthAnswer.RefuseAsync(context, "invalid_grant", "Error connecting to the given credential's issuer."),
            _ => OAuthAnswer.WriteAsync(context, 200, Answer()),
        });
    }

    private JsonObject Answer()
    {
        var answer = OAuthAnswer.Token(tokens, GoogleAccounts.Federated);
        answer["issued_token_type"] = AccessToken;
        return answer;
    }
}
