using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary><c>/api_key</c>: keys that programs log in with.</summary>
internal static class ApiKeyRoutes
{
    public static IReadOnlyList<GirderRoute> All { get; } =
    [
        new("GET", "api_key", GirderAccess.User, List),
        new("POST", "api_key", GirderAccess.User, Create),
        new("POST", "api_key/token", GirderAccess.Public, CreateToken),
        new("DELETE", "api_key/:id", GirderAccess.User, Remove),
    ];

    // Another user's keys are an administrator's to see (girder/api/v1/api_key.py, listKeys).
    private static JsonArray List(GirderCall call)
    {
        var userId = call.Optional("userId") is { Length: > 0 } id ? id : call.UserId;
        if (userId != call.UserId && !call.IsAdmin)
            throw GirderFault.Access("Administrator access required.", anonymous: false);
        return call.Page(call.Database.ApiKeys.Where(key => (string?)key["userId"] == userId));
    }

    private static JsonNode Create(GirderCall call)
    {
        var made = new JsonObject
        {
            ["_id"] = GirderDatabase.NewId(),
            ["userId"] = call.UserId,
            ["name"] = call.Optional("name") ?? "",
            ["scope"] = call.Json("scope"),
            ["tokenDuration"] = call.Optional("tokenDuration") is { Length: > 0 } days ? double.Parse(days, CultureInfo.InvariantCulture) : null,
            ["active"] = call.Flag("active", otherwise: true),
            ["key"] = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 40),
            ["created"] = GirderDatabase.Stamp(call.Now),
        };
        call.Database.ApiKeys.Add(made);
        return made.DeepClone();
    }

    private static JsonObject CreateToken(GirderCall call)
    {
        var given = call.Required("key");
        var key = call.Database.ApiKeys.FirstOrDefault(key => (string?)key["key"] == given && ((bool?)key["active"] ?? false))
            ?? throw GirderFault.Validation("Invalid API key.");
        var user = GirderDatabase.Find(call.Database.Users, (string)key["userId"]!)!;
        return new JsonObject
        {
            ["user"] = UserRoutes.Show(user),
            ["authToken"] = call.Database.CreateToken((string)user["_id"]!, call.Now, (double?)key["tokenDuration"] ?? 180),
        };
    }

    private static JsonObject Remove(GirderCall call)
    {
        var key = call.Document(call.Database.ApiKeys, "api_key");
        if ((string?)key["userId"] != call.UserId && !call.IsAdmin)
            throw GirderFault.Access("Write access denied for api_key.", anonymous: false);
        call.Database.ApiKeys.Remove(key);
        return new JsonObject { ["message"] = $"Deleted API key {key["name"]}." };
    }
}
