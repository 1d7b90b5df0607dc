using WholeTale.Simulator.Faults;

namespace WholeTale.Simulator.Gke.Identity;

/// <summary>Everything that gives tokens, on one plain loopback port: token endpoint, token exchange, impersonation and metadata server.</summary>
internal sealed class Login(GoogleAccounts accounts, GoogleTokens tokens, FaultBook faults, TimeProvider time)
{
    private readonly TokenEndpoint _endpoint = new(accounts, tokens, new TokenFaults(faults), time);
    private readonly TokenExchange _exchange = new(accounts, tokens, new TokenFaults(faults), time);
    private readonly IamCredentials _impersonation = new(tokens, new TokenFaults(faults), time);
    private readonly MetadataServer _metadata = new(tokens);

    /// <summary>The address that assertions must be made for.</summary>
    public string TokenUri { set => _endpoint.Address = value; }

    /// <summary>Answers what is asked of it; false for a path that is not its own.</summary>
    public async Task<bool> TryAnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (HttpMethods.IsPost(context.Request.Method) && path == "/token")
            await _endpoint.AnswerAsync(context);
        else if (HttpMethods.IsPost(context.Request.Method) && path == TokenExchange.Path)
            await _exchange.AnswerAsync(context);
        else if (IamCredentials.Serves(path))
            await _impersonation.AnswerAsync(context);
        else if (!context.Request.IsHttps && MetadataServer.Serves(path))
            await _metadata.AnswerAsync(context);
        else
            return false;
        return true;
    }
}
