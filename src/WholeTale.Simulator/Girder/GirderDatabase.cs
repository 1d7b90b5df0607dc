using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary>What Girder keeps in mongo. It outlives Girder's process, and is lost with mongo's volume.</summary>
internal sealed class GirderDatabase
{
    /// <summary>Taken by whoever reads or writes: requests come in parallel.</summary>
    public Lock Gate { get; } = new();

    public List<JsonObject> Users { get; } = [];

    public List<JsonObject> Assetstores { get; } = [];

    public List<JsonObject> Images { get; } = [];

    public List<JsonObject> Tales { get; } = [];

    public List<JsonObject> Instances { get; } = [];

    public List<JsonObject> ApiKeys { get; } = [];

    /// <summary>Settings that are not as they are by default.</summary>
    public Dictionary<string, JsonNode?> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of enabled plugins, which may differ from what a process has loaded.</summary>
    public List<string> EnabledPlugins { get; } = [];

    /// <summary>Salted hashes of passwords, by the user's id.</summary>
    public Dictionary<string, byte[]> Passwords { get; } = new(StringComparer.Ordinal);

    /// <summary>Tokens: who has them, and until when.</summary>
    public Dictionary<string, (string UserId, DateTimeOffset Expires)> Tokens { get; } = new(StringComparer.Ordinal);

    /// <summary>An id as mongo makes them.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    /// <summary>Finds a document by its id.</summary>
    public static JsonObject? Find(IEnumerable<JsonObject> documents, string id) => documents.FirstOrDefault(document => (string?)document["_id"] == id);

    /// <summary>A time as Girder writes it.</summary>
    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture);

    public void SetPassword(string userId, string password) => Passwords[userId] = Hash(userId, password);

    public bool IsPassword(string userId, string password) =>
        Passwords.TryGetValue(userId, out var hash) && CryptographicOperations.FixedTimeEquals(hash, Hash(userId, password));

    /// <summary>Makes a token for a user.</summary>
    public JsonObject CreateToken(string userId, DateTimeOffset now, double days = 180)
    {
        var token = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 64);
        var expires = now.AddDays(days);
        Tokens[token] = (userId, expires);
        return new JsonObject { ["token"] = token, ["expires"] = Stamp(expires), ["scope"] = new JsonArray("core.user_auth") };
    }

    private static byte[] Hash(string userId, string password) =>
        Rfc2898DeriveBytes.Pbkdf2(password, Encoding.UTF8.GetBytes(userId), 1000, HashAlgorithmName.SHA256, 32);
}
