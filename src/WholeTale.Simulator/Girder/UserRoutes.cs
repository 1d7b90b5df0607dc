using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WholeTale.Simulator.Girder;

/// <summary><c>/user</c>: registering and logging in.</summary>
internal static partial class UserRoutes
{
    private static readonly string[] _shown = ["_id", "_modelType", "login", "email", "firstName", "lastName", "admin", "created", "public", "status"];

    public static IReadOnlyList<GirderRoute> All { get; } =
    [
        new("POST", "user", GirderAccess.Public, Register),
        new("GET", "user", GirderAccess.Public, call => call.Page(call.Database.Users.Select(Show))),
        new("GET", "user/me", GirderAccess.Public, call => call.User is null ? null : Show(call.User)),
        new("GET", "user/authentication", GirderAccess.Public, LogIn),
        new("DELETE", "user/authentication", GirderAccess.User, LogOut),
        new("PUT", "user/password", GirderAccess.User, ChangePassword),
        new("GET", "user/:id", GirderAccess.Public, call => Show(call.Document(call.Database.Users, "user"))),
    ];

    public static JsonObject Show(JsonObject user) => new(_shown.Where(user.ContainsKey).Select(name => KeyValuePair.Create(name, user[name]?.DeepClone())));

    private static JsonObject Register(GirderCall call)
    {
        var login = call.Required("login").Trim().ToLowerInvariant();
        var email = call.Required("email").Trim().ToLowerInvariant();
        var firstName = call.Required("firstName");
        var lastName = call.Required("lastName");
        var password = call.Required("password");
        if (!LoginForm().IsMatch(login))
        {
            throw GirderFault.Validation(
                "Login must be at least 4 characters, start with a letter, and may only contain letters, numbers, dashes, and dots.", "login");
        }
        if (!EmailForm().IsMatch(email))
            throw GirderFault.Validation("Invalid email address.", "email");
        RequireForm(password);
        if (call.Database.Users.Any(user => (string?)user["login"] == login))
            throw GirderFault.Validation("That login is already registered.", "login");
        if (call.Database.Users.Any(user => (string?)user["email"] == email))
            throw GirderFault.Validation("That email is already registered.", "email");

        var id = GirderDatabase.NewId();
        var made = new JsonObject
        {
            ["_id"] = id,
            ["_modelType"] = "user",
            ["login"] = login,
            ["email"] = email,
            ["firstName"] = firstName,
            ["lastName"] = lastName,
            ["admin"] = call.Database.Users.Count == 0,
            ["created"] = GirderDatabase.Stamp(call.Now),
            ["public"] = true,
            ["status"] = "enabled",
        };
        call.Database.Users.Add(made);
        call.Database.SetPassword(id, password);
        var shown = Show(made);
        if (call.User is null)
            shown["authToken"] = call.Database.CreateToken(id, call.Now);
        return shown;
    }

    private static JsonObject LogIn(GirderCall call)
    {
        // A browser's own dialogue would come up for Authorization; an API server's proxy takes it away. So Girder has a header of its own.
        var header = call.Request.Headers["Girder-Authorization"].ToString();
        if (header.Length == 0)
            header = call.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.Ordinal))
            throw GirderFault.Rest("Use HTTP Basic Authentication", 401);
        string[] credentials;
        try
        {
            credentials = Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])).Split(':', 2);
        }
        catch (FormatException)
        {
            throw GirderFault.Rest("Invalid HTTP Authorization header");
        }
        if (credentials.Length < 2)
            throw GirderFault.Rest("Invalid HTTP Authorization header");

        var name = credentials[0].ToLowerInvariant();
        var user = call.Database.Users.FirstOrDefault(user => (string?)user["login"] == name || (string?)user["email"] == name);
        if (user is null || !call.Database.IsPassword((string)user["_id"]!, credentials[1]))
            throw GirderFault.Access("Login failed.", anonymous: true);
        return new JsonObject
        {
            ["user"] = Show(user),
            ["authToken"] = call.Database.CreateToken((string)user["_id"]!, call.Now),
            ["message"] = "Login succeeded.",
        };
    }

    private static JsonObject ChangePassword(GirderCall call)
    {
        var old = call.Required("old");
        var password = call.Required("new");
        if (!call.Database.IsPassword(call.UserId, old))
            throw GirderFault.Access("Old password is incorrect.", anonymous: false);
        RequireForm(password);
        call.Database.SetPassword(call.UserId, password);
        return new JsonObject { ["message"] = "Password changed." };
    }

    private static void RequireForm(string password)
    {
        if (password.Length < 6)
            throw GirderFault.Validation("Password must be at least 6 characters.", "password");
    }

    private static JsonObject LogOut(GirderCall call)
    {
        call.Database.Tokens.Remove(call.Request.Headers["Girder-Token"].ToString());
        return new JsonObject { ["message"] = "Logged out." };
    }

    [GeneratedRegex(@"^[a-z][\da-z\-\.]{3,}$")]
    private static partial Regex LoginForm();

    [GeneratedRegex(@"^[^@\s]+@[^@\s]+$")]
    private static partial Regex EmailForm();
}
