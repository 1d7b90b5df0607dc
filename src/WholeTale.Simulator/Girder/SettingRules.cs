using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary>The settings that Girder and its plugins know: their defaults, and what may be put in.</summary>
internal static class SettingRules
{
    private static readonly Dictionary<string, (string? Plugin, Func<JsonNode?> Default, Func<JsonNode, JsonNode> Check)> _two = new(StringComparer.Ordinal)
    {
        ["core.brand_name"] = (null, () => "Girder", NotEmpty),
        ["core.banner_color"] = (null, () => "#3F3B3B", NotEmpty),
        ["core.cookie_domain"] = (null, () => "", Text("Cookie domain must be a string")),
        ["core.cookie_lifetime"] = (null, () => 180, Number),
        ["core.cors.allow_origin"] = (null, () => "", Origins),
        ["core.cors.allow_headers"] = (null, () => "Accept-Encoding, Authorization, Content-Disposition, Content-Type, Cookie, Girder-Authorization, Girder-Token", Words),
        ["core.cors.allow_methods"] = (null, () => "GET, POST, PUT, HEAD, DELETE", Words),
        ["core.registration_policy"] = (null, () => "open", Text("Registration policy must be a string")),
        ["core.secure_cookie"] = (null, () => false, Truth("Secure cookie option must be boolean.")),
        ["core.server_root"] = (null, () => "", Text("Server root must be a string")),
        ["worker.api_url"] = ("worker", () => "", Text("Worker API URL must be a string.")),
        ["worker.broker"] = ("worker", () => "amqp://guest@localhost/", Text("Broker must be a string.")),
        ["worker.backend"] = ("worker", () => "amqp://guest@localhost/", Text("Backend must be a string.")),
        ["oauth.providers_enabled"] = ("oauth", () => new JsonArray(), List("The enabled providers must be a list.")),
        ["oauth.globus_client_id"] = ("oauth", () => "", Text("Globus client ID must be a string.")),
        ["oauth.globus_client_secret"] = ("oauth", () => "", Text("Globus client secret must be a string.")),
        ["wholetale.instance_cap"] = ("wholetale", () => 2, Number),
        ["wholetale.dashboard_url"] = ("wholetale", () => "https://dashboard.wholetale.org", Text("Dashboard URL must be a string.")),
        ["dm.private_storage_path"] = ("wt_data_manager", () => "/tmp/wt-data/ps", Text("Private storage path must be a string.")),
        ["dm.globus_gc_dir"] = ("wt_data_manager", () => null, Text("Globus Connect directory must be a string.")),
        ["wthome.homedir_root"] = ("wt_home_dir", () => "/tmp/wt-home-dirs", Text("Home directory root must be a string.")),
        ["wthome.taledir_root"] = ("wt_home_dir", () => "/tmp/wt-tale-dirs", Text("Tale directory root must be a string.")),
        ["wtversioning.runs_root"] = ("wt_versioning", () => "/tmp/wt-runs", Text("Runs root must be a string.")),
        ["wtversioning.versions_root"] = ("wt_versioning", () => "/tmp/wt-versions", Text("Versions root must be a string.")),
    };

    private static readonly Dictionary<string, (string? Plugin, Func<JsonNode?> Default, Func<JsonNode, JsonNode> Check)> _five = new(
        _two.Where(pair => !pair.Key.StartsWith("wthome.", StringComparison.Ordinal) && !pair.Key.StartsWith("wtversioning.", StringComparison.Ordinal)
            && pair.Key is not "dm.globus_gc_dir" and not "core.secure_cookie"),
        StringComparer.Ordinal)
    {
        ["core.brand_name"] = (null, () => "Whole Tale", NotEmpty),
        ["dm.private_storage_path"] = ("wholetale", () => "/tmp/ps", Text("Private storage path must be a string.")),
        ["wholetale.homes_root"] = ("wholetale", () => "/tmp/wt/home-dirs", Text("Homes root must be a string.")),
        ["wholetale.workspaces_root"] = ("wholetale", () => "/tmp/wt/tale-dirs", Text("Workspaces root must be a string.")),
        ["wholetale.versions_root"] = ("wholetale", () => "/tmp/wt/versions-dirs", Text("Versions root must be a string.")),
        ["wholetale.runs_root"] = ("wholetale", () => "/tmp/wt/runs-dirs", Text("Runs root must be a string.")),
    };

    /// <summary>A setting's value: what was put in, else its default. Girder gives null for keys that it does not know.</summary>
    public static JsonNode? Read(GirderDatabase database, GirderProcess process, string key) =>
        database.Settings.TryGetValue(key, out var value) ? value?.DeepClone() : Default(process, key);

    /// <summary>A setting's default; null for keys that are not known.</summary>
    public static JsonNode? Default(GirderProcess process, string key) => Known(process).TryGetValue(key, out var rule) && IsLoaded(process, rule.Plugin) ? rule.Default() : null;

    /// <summary>Puts a value in; strings are read as JSON where they are JSON, and null takes the value out.</summary>
    public static void Write(GirderDatabase database, GirderProcess process, string key, JsonNode? value)
    {
        if (value is JsonValue text && text.GetValueKind() == JsonValueKind.String)
            value = Parse(text.GetValue<string>());
        if (value is null)
        {
            database.Settings.Remove(key);
            return;
        }
        if (!Known(process).TryGetValue(key, out var rule) || !IsLoaded(process, rule.Plugin))
            throw GirderFault.Validation($"Invalid setting key \"{key}\".", "key");
        database.Settings[key] = rule.Check(value.DeepClone());
    }

    private static Dictionary<string, (string? Plugin, Func<JsonNode?> Default, Func<JsonNode, JsonNode> Check)> Known(GirderProcess process) =>
        process.Generation == GirderGeneration.Two ? _two : _five;

    private static bool IsLoaded(GirderProcess process, string? plugin) => plugin is null || process.Loaded.Contains(plugin);

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static Func<JsonNode, JsonNode> Text(string otherwise) => value => value.GetValueKind() == JsonValueKind.String ? value : throw GirderFault.Validation(otherwise, "value");

    private static Func<JsonNode, JsonNode> List(string otherwise) => value => value is JsonArray ? value : throw GirderFault.Validation(otherwise, "value");

    private static Func<JsonNode, JsonNode> Truth(string otherwise) =>
        value => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? value : throw GirderFault.Validation(otherwise, "value");

    private static JsonNode NotEmpty(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length > 0 ? value : throw GirderFault.Validation("The value may not be empty", "value");

    private static JsonNode Number(JsonNode value) =>
        decimal.TryParse(value.ToString(), NumberStyles.Number, CultureInfo.InvariantCulture, out _) ? value : throw GirderFault.Validation("The value must be a number.", "value");

    // Girder takes commas and blanks for the same, drops what is twice, and joins by comma and blank: what is read is not what was written.
    private static JsonValue Words(JsonNode value) => Joined(value, word => word, "The value must be a comma-separated list or an empty string.");

    private static JsonValue Origins(JsonNode value) =>
        Joined(value, word => word.TrimEnd('/'), "Allowed origin must be a comma-separated list of base urls or * or an empty string.");

    private static JsonValue Joined(JsonNode value, Func<string, string> change, string otherwise)
    {
        if (value.GetValueKind() != JsonValueKind.String)
            throw GirderFault.Validation(otherwise, "value");
        var words = value.GetValue<string>().Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(change).Distinct(StringComparer.Ordinal);
        return JsonValue.Create(string.Join(", ", words));
    }
}
