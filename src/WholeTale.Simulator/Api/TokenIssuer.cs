using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>Issues and checks tokens of service accounts: JWTs signed with a key of this server's own.</summary>
internal sealed class TokenIssuer(KubernetesApi api) : IDisposable
{
    public const string Audience = "https://kubernetes.default.svc";

    private const string KeyId = "simulator";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>What the tokens can be checked with: the key's id and the coordinates of its point (RFC 7518, 6.2.1).</summary>
    public (string Id, string X, string Y) PublicKey
    {
        get
        {
            var point = _key.ExportParameters(includePrivateParameters: false).Q;
            return (KeyId, Encode(point.X), Encode(point.Y));
        }
    }

    public void Dispose() => _key.Dispose();

    /// <summary>A token for an account.</summary>
    public string Issue(StoredObject account, IEnumerable<string> audiences, DateTimeOffset expires)
    {
        var now = api.Options.Time.GetUtcNow();
        var claims = new JsonObject
        {
            ["aud"] = new JsonArray([.. audiences.Select(audience => (JsonNode)audience)]),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = Audience,
            ["kubernetes.io"] = new JsonObject
            {
                ["namespace"] = account.Namespace,
                ["serviceaccount"] = new JsonObject { ["name"] = account.Name, ["uid"] = account.Uid },
            },
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = Name(account.Namespace, account.Name),
        };
        var head = Encode(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{KeyId}}"}""")) + "." + Encode(JsonTree.Write(claims));
        return head + "." + Encode(_key.SignData(Encoding.ASCII.GetBytes(head), HashAlgorithmName.SHA256));
    }

    /// <summary>Who a token stands for; null when it is not good.</summary>
    public Caller? Check(string token, string manager)
    {
        var parts = token.Split('.');
        try
        {
            if (parts.Length != 3 || !_key.VerifyData(Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]), Decode(parts[2]), HashAlgorithmName.SHA256))
                return null;
            var claims = (JsonObject)JsonTree.Parse(Decode(parts[1]))!;
            if (claims["exp"].Number() is not { } expires || DateTimeOffset.FromUnixTimeSeconds(expires) <= api.Options.Time.GetUtcNow())
                return null;
            if (!(claims["aud"] as JsonArray ?? []).Any(audience => audience.Text() == Audience))
                return null;
            var ns = claims["kubernetes.io"]?["namespace"].Text() ?? "";
            var name = claims["kubernetes.io"]?["serviceaccount"]?["name"].Text() ?? "";
            // A token dies with its account, also when one of the same name comes after.
            var account = api.Store.Get(api.Kinds.Get("v1", "ServiceAccount"), ns, name);
            if (account is null || account.Uid != claims["kubernetes.io"]?["serviceaccount"]?["uid"].Text())
                return null;
            return new Caller(Name(ns, name), ["system:serviceaccounts", "system:serviceaccounts:" + ns, "system:authenticated"], manager);
        }
        catch (Exception broken) when (broken is FormatException or JsonException or CryptographicException)
        {
            return null;
        }
    }

    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Name(string ns, string name) => $"system:serviceaccount:{ns}:{name}";

    private static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static byte[] Decode(string text) =>
        Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '='));
}
