using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Gke.Identity;

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

    /// <summary>The account that others may act as.</summary>
    public const string Impersonated = $"robot@{SimulatedProject.Id}.iam.gserviceaccount.com";

    /// <summary>Who the simulated CI system is at Google.</summary>
    public const string Federated = $"principal://iam.googleapis.com/{Pool}/subject/{Subject}";

    /// <summary>What tokens of the simulated CI system are exchanged for.</summary>
    public const string FederationAudience = $"//iam.googleapis.com/{Pool}/providers/ci";

    private const string Pool = $"projects/{SimulatedProject.Number}/locations/global/workloadIdentityPools/simulated-pool";
    private const string Issuer = "https://ci.simulated.example";
    private const string Subject = "pipeline";

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

    /// <summary>Credentials that act as the account that is there for it, as <c>gcloud auth application-default login --impersonate-service-account</c> writes them.</summary>
    /// <param name="tokenUri">Where the user's own tokens come from.</param>
    /// <param name="login">Where tokens of other accounts are given.</param>
    public JsonObject ImpersonationFile(string tokenUri, Uri login) => new()
    {
        ["type"] = "impersonated_service_account",
        ["delegates"] = new JsonArray(),
        ["service_account_impersonation_url"] = ImpersonationUrl(login),
        ["source_credentials"] = KeyFile(tokenUri),
        ["universe_domain"] = "googleapis.com",
    };

    /// <summary>Credentials of the simulated CI system, as <c>gcloud iam workload-identity-pools create-cred-config</c> writes them.</summary>
    /// <param name="login">Where tokens are exchanged.</param>
    /// <param name="subjectToken">The file with the CI system's token.</param>
    public static JsonObject FederationFile(Uri login, string subjectToken) => new()
    {
        ["type"] = "external_account",
        ["audience"] = FederationAudience,
        ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
        ["token_url"] = new Uri(login, TokenExchange.Path).AbsoluteUri,
        ["service_account_impersonation_url"] = ImpersonationUrl(login),
        ["credential_source"] = new JsonObject { ["file"] = subjectToken },
        ["universe_domain"] = "googleapis.com",
    };

    /// <summary>A token that the simulated CI system gives its pipeline. It holds as long as a simulator may run.</summary>
    public string SubjectToken(DateTimeOffset now) => Sign(new JsonObject
    {
        ["iss"] = Issuer,
        ["sub"] = Subject,
        ["aud"] = FederationAudience,
        ["iat"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddYears(1).ToUnixTimeSeconds(),
    });

    /// <summary>Whether a token is one of the CI system's.</summary>
    public bool CheckSubjectToken(string token, DateTimeOffset now) =>
        Check(token, claims => Text(claims, "iss") == Issuer && Text(claims, "aud") == FederationAudience, now);

    /// <summary>The account that a signed assertion is of (RFC 7523); null where it is not good.</summary>
    public string? CheckAssertion(string assertion, string audience, DateTimeOffset now) =>
        Check(assertion, claims => Text(claims, "iss") == ServiceAccount && Text(claims, "aud") is { } meant && (meant == audience || meant == GoogleAudience), now) ? ServiceAccount : null;

    /// <summary>Whether a refresh token is the user's.</summary>
    public bool IsUser(string clientId, string clientSecret, string refreshToken) => clientId == ClientId && clientSecret == _clientSecret && refreshToken == _refreshToken;

    public void Dispose() => _key.Dispose();

    private static string ImpersonationUrl(Uri login) => $"{login.AbsoluteUri.TrimEnd('/')}{IamCredentials.Root}{Impersonated}:generateAccessToken";

    private string Sign(JsonObject claims)
    {
        var head = $"{Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        return $"{head}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(head), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private bool Check(string token, Func<JsonElement, bool> claimed, DateTimeOffset now)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
            return false;
        try
        {
            var signature = Base64Url.DecodeFromChars(parts[2]);
            if (!_key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
                return false;
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return claimed(claims.RootElement) && DateTimeOffset.FromUnixTimeSeconds(claims.RootElement.GetProperty("exp").GetInt64()) > now;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement claims, string name) => claims.GetProperty(name).GetString();
}
