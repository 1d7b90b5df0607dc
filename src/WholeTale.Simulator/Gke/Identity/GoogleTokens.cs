using System.Collections.Concurrent;
using System.Security.Cryptography;
using Google.Rpc;

namespace WholeTale.Simulator.Gke.Identity;

/// <summary>The access tokens in use, by whom and until when.</summary>
internal sealed class GoogleTokens(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string Account, DateTimeOffset Expires)> _tokens = new();

    /// <summary>How long a token is valid; Google's own: an hour.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    public string Issue(string account) => Issue(account, Lifetime);

    public string Issue(string account, TimeSpan lifetime)
    {
        // The form of Google's: a prefix that tools search for.
        var token = $"ya29.simulated-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))}";
        _tokens[token] = (account, time.GetUtcNow() + lifetime);
        return token;
    }

    /// <summary>Whose token it is; null where it is not known or has expired.</summary>
    public string? Owner(string token) => _tokens.TryGetValue(token, out var known) && known.Expires > time.GetUtcNow() ? known.Account : null;

    /// <exception cref="GoogleError">The request does not say who sends it, or not truly.</exception>
    public string Require(string authorization)
    {
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            throw Refusal("CREDENTIALS_MISSING", "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.");
        var token = authorization["Bearer ".Length..].Trim();
        return Owner(token) ?? throw (_tokens.ContainsKey(token)
            ? Refusal("ACCESS_TOKEN_EXPIRED", "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.")
            : Refusal("ACCESS_TOKEN_TYPE_UNSUPPORTED", "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential."));
    }

    private static GoogleError Refusal(string reason, string message) =>
        new(Code.Unauthenticated, message, new ErrorInfo { Reason = reason, Domain = "googleapis.com", Metadata = { ["service"] = "container.googleapis.com" } });
}
