using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Girder;

namespace WholeTale.Simulator.Tests.Girder;

public sealed class GirderServerTests
{
    private readonly GirderDatabase _database = new();
    private readonly Clock _clock = new();

    [Fact]
    public async Task The_first_user_is_the_administrator_and_the_second_is_not()
    {
        var server = Server(GirderGeneration.Two);

        var first = await RegisterAsync(server, "admin");
        var second = await RegisterAsync(server, "alice");

        Assert.True((bool?)first["admin"]);
        Assert.False((bool?)second["admin"]);
        Assert.Equal(64, ((string)first["authToken"]!["token"]!).Length);
    }

    [Fact]
    public async Task A_login_that_is_taken_is_a_validation_error_of_the_field_login()
    {
        var server = Server(GirderGeneration.Two);
        await RegisterAsync(server, "admin");

        var (status, body) = await SendAsync(server, "POST", "/api/v1/user", Form("admin"));

        Assert.Equal((400, "validation", "login", "That login is already registered."), (status, (string?)body!["type"], (string?)body["field"], (string?)body["message"]));
    }

    [Fact]
    public async Task Its_own_header_logs_in_and_a_wrong_password_does_not()
    {
        var server = Server(GirderGeneration.Five);
        await RegisterAsync(server, "admin");

        var right = await SendAsync(server, "GET", "/api/v1/user/authentication", header: ("Girder-Authorization", Basic("admin", "password")));
        var wrong = await SendAsync(server, "GET", "/api/v1/user/authentication", header: ("Girder-Authorization", Basic("admin", "else")));

        Assert.Equal(200, right.Status);
        Assert.Equal((401, "Login failed."), (wrong.Status, (string?)wrong.Body!["message"]));
    }

    [Fact]
    public async Task After_a_restart_is_asked_for_the_old_process_answers_for_a_second_then_none_then_another()
    {
        var server = Server(GirderGeneration.Two);
        var token = (string)(await RegisterAsync(server, "admin"))["authToken"]!["token"]!;
        await SendAsync(server, "PUT", "/api/v1/system/plugins", "plugins=%5B%22wholetale%22%5D", ("Girder-Token", token));
        var before = await StartedAsync(server);

        await SendAsync(server, "PUT", "/api/v1/system/restart", "", ("Girder-Token", token));
        _clock.Now += TimeSpan.FromMilliseconds(900);
        var still = await StartedAsync(server);
        var unloaded = (await SendAsync(server, "GET", "/api/v1/image")).Status;
        _clock.Now += TimeSpan.FromMilliseconds(200);
        var down = (await SendAsync(server, "GET", "/api/v1/system/version")).Status;
        _clock.Now += TimeSpan.FromSeconds(1);
        var after = await StartedAsync(server);
        var loaded = (await SendAsync(server, "GET", "/api/v1/image")).Status;

        Assert.Equal(before, still);
        Assert.Equal((404, 503, 200), (unloaded, down, loaded));
        Assert.NotEqual(before, after);
    }

    [Fact]
    public async Task Enabling_a_plugin_enables_what_it_needs_and_an_unknown_one_is_refused()
    {
        var server = Server(GirderGeneration.Two);
        var token = (string)(await RegisterAsync(server, "admin"))["authToken"]!["token"]!;

        var known = await SendAsync(server, "PUT", "/api/v1/system/plugins", "plugins=%5B%22worker%22%5D", ("Girder-Token", token));
        var unknown = await SendAsync(server, "PUT", "/api/v1/system/plugins", "plugins=%5B%22nothing%22%5D", ("Girder-Token", token));

        Assert.Equal("""["jobs","worker"]""", known.Body!["value"]!.ToJsonString());
        Assert.Equal(400, unknown.Status);
    }

    [Fact]
    public async Task Girder_5_has_neither_plugins_to_enable_nor_a_restart_nor_GridFS()
    {
        var server = Server(GirderGeneration.Five);
        var token = (string)(await RegisterAsync(server, "admin"))["authToken"]!["token"]!;

        var restart = await SendAsync(server, "PUT", "/api/v1/system/restart", "", ("Girder-Token", token));
        var store = await SendAsync(server, "POST", "/api/v1/assetstore", "name=a&type=1&db=b", ("Girder-Token", token));

        Assert.Equal((400, "No matching route for \"PUT restart\""), (restart.Status, (string?)restart.Body!["message"]));
        Assert.Equal(400, store.Status);
    }

    [Theory]
    [InlineData("0123", "\"0123\"")]
    [InlineData("\"0123\"", "\"0123\"")]
    [InlineData("plain", "\"plain\"")]
    public async Task Texts_are_read_as_JSON_where_they_are_JSON(string sent, string kept)
    {
        var server = Server(GirderGeneration.Five);
        var token = (string)(await RegisterAsync(server, "admin"))["authToken"]!["token"]!;
        var list = new JsonArray(new JsonObject { ["key"] = "core.brand_name", ["value"] = sent });

        var (status, _) = await SendAsync(server, "PUT", "/api/v1/system/setting", $"list={Uri.EscapeDataString(list.ToJsonString())}", ("Girder-Token", token));

        Assert.Equal(200, status);
        Assert.Equal(kept, _database.Settings["core.brand_name"]!.ToJsonString());
    }

    [Fact]
    public async Task Settings_before_an_unknown_one_are_written()
    {
        var server = Server(GirderGeneration.Two);
        var token = (string)(await RegisterAsync(server, "admin"))["authToken"]!["token"]!;
        var list = """[{"key":"core.brand_name","value":"A"},{"key":"no.such","value":"B"}]""";

        var (status, body) = await SendAsync(server, "PUT", "/api/v1/system/setting", $"list={Uri.EscapeDataString(list)}", ("Girder-Token", token));

        Assert.Equal((400, "Invalid setting key \"no.such\"."), (status, (string?)body!["message"]));
        Assert.Equal("A", (string?)_database.Settings["core.brand_name"]);
    }

    [Theory]
    [InlineData("wholetale/girder:latest", 2)]
    [InlineData("wholetale/girder:5.0.14", 5)]
    [InlineData("wholetale/girder:v5", 5)]
    [InlineData("registry:5000/wholetale/girder", 2)]
    [InlineData("wholetale/girder:2.5", 2)]
    public void The_tag_says_which_generation_it_is(string image, int generation) => Assert.Equal((GirderGeneration)generation, GirderBackend.GenerationOf(image));

    [Theory]
    [InlineData("\"Jupyter Lab\"", "Jupyter Lab image", true)]
    [InlineData("\"Jupyter Lab\"", "Lab of Jupyter", false)]
    [InlineData("Lab Else", "A lab", true)]
    public void A_text_search_finds_words_and_quoted_phrases(string search, string text, bool found) => Assert.Equal(found, TextSearch.Matches(search, text));

    private GirderServer Server(GirderGeneration generation) => new(_database, new GirderProcess(generation, _database, _clock));

    private static string Form(string login) => $"login={login}&email={login}%40example.org&firstName=A&lastName=B&password=password";

    private static string Basic(string login, string password) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:{password}"))}";

    private static async Task<JsonObject> RegisterAsync(GirderServer server, string login) => (await SendAsync(server, "POST", "/api/v1/user", Form(login))).Body!.AsObject();

    private static async Task<string?> StartedAsync(GirderServer server) => (string?)(await SendAsync(server, "GET", "/api/v1/system/version")).Body!["serverStartDate"];

    private static async Task<(int Status, JsonNode? Body)> SendAsync(GirderServer server, string method, string path, string? form = null, (string Name, string Value)? header = null)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        if (header is { } given)
            context.Request.Headers[given.Name] = given.Value;
        if (form is not null)
        {
            context.Request.ContentType = "application/x-www-form-urlencoded";
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(form));
        }
        using var body = new MemoryStream();
        context.Response.Body = body;
        await server.HandleAsync(context);
        var text = Encoding.UTF8.GetString(body.ToArray());
        return (context.Response.StatusCode, text.StartsWith('<') ? null : JsonNode.Parse(text));
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
