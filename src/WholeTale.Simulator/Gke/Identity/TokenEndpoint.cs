using System.Text.Json.Nodes;
using WholeTale.Simulator.Faults;

namespace WholeTale.Simulator.Gke.Identity;

/// <summary>Google's token endpoint: a signed assertion (RFC 7523) or a refresh token (RFC 6749) for an access token.</summary>
internal sealed class TokenEndpoint(GoogleAccounts accounts, GoogleTokens tokens, TokenFaults faults, TimeProvider time)
{
    /// <summary>The address that assertions must be made for.</summary>
    public string Address { get; set; } = "";

    public async Task AnswerAsync(HttpContext context)
    {
        if (await faults.StrikeAsync(context, "create"))
            return;
        if (!context.Request.HasFormContentType)
        {
            await OAuthAnswer.RefuseAsync(context, "invalid_request", null);
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var account = form["grant_type"].ToString() switch
        {
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => accounts.CheckAssertion(form["assertion"].ToString(), Address, time.GetUtcNow()),
            "refresh_token" => accounts.IsUser(form["client_id"].ToString(), form["client_secret"].ToString(), form["refresh_token"].ToString()) ? GoogleAccounts.User : null,
            _ => "",
        };
        await (account switch
        {
            null => OAuthAnswer.RefuseAsync(context, "invalid_grant", "Invalid JWT Signature."),
            "" => OAuthAnswer.RefuseAsync(context, "unsupported_grant_type", null),
            _ => OAuthAnswer.WriteAsync(context, 200, OAuthAnswer.Token(tokens, account)),
        });
    }
}
