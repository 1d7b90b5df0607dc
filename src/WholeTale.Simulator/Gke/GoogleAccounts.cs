using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Gke;

/// <summary>Who may log in: a service account by its key, a user by a refresh token. Their files have Google's own form.</summary>
internal sealed class GoogleAccounts : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly string _keyId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
    private readonly string _clientSecret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
    private readonly string _refreshToken = $"1//simulated-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";

    public const string User = "operator@simulated.example";

    // Google's own endpoint: gcloud signs for it wherever it sends the assertion.
    private const string GoogleAudience = "https://oauth2.googleapis.com/token";

    private const string ClientId = "000000000000-simulated.apps.googleusercontent.com";

    public const string ServiceAccount = $"deployer@{SimulatedProject.Id}.iam.gserviceaccount.com";

    /// <summary>The service account's key, as Google gives it for download.</summary>
    public JsonObject KeyFile(string tokenUri) => new()
    {
        ["type"] = "service_account",
        ["project_id"] = SimulatedProject.Id,
        ["private_key_id"] = _keyId,
        ["private_key"] = _key.ExportPkcs8PrivateKeyPem() + "\n",
        ["client_email"] = ServiceAccount,
        ["client_id"] = "100000000000000000001",
        ["auth_uri"] = "https://accounts.google.com/o/oauth2/auth",
        ["token_uri"] = tokenUri,
        ["universe_domain"] = "googleapis.com",
    };

    /// <summary>The user's credentials, as <c>gcloud auth application-default login</c> writes them.</summary>
    public JsonObject UserFile(string tokenUri) => new()
    {
        ["type"] = "authorized_user",
        ["client_id"] = ClientId,
        ["client_secret"] = _clientSecret,
        ["refresh_token"] = _refreshToken,
        ["quota_project_id"] = SimulatedProject.Id,
        ["token_uri"] = tokenUri,
        ["universe_domain"] = "googleapis.com",
    };

    /// <summary>The account that a signed assertion is of (RFC 7523); null where it is not good.</summary>
    public string? CheckAssertion(string assertion, string audience, DateTimeOffset now)
    {
        var parts = assertion.Split('.');
        if (parts.Length != 3)
            return null;
        try
        {
            var signature = Base64Url.DecodeFromChars(parts[2]);
            if (!_key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
                return null;
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            var root = claims.RootElement;
            return root.GetProperty("iss").GetString() == ServiceAccount && root.GetProperty("aud").GetString() is { } meant && (meant == audience || meant == GoogleAudience)
                && DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("exp").GetInt64()) > now ? ServiceAccount : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether a refresh token is the user's.</summary>
    public bool IsUser(string clientId, string clientSecret, string refreshToken) => clientId == ClientId && clientSecret == _clientSecret && refreshToken == _refreshToken;

    public void Dispose() => _key.Dispose();
}
