using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary><c>/system</c>: version, settings, plugins and restart.</summary>
internal static class SystemRoutes
{
    public static IReadOnlyList<GirderRoute> All { get; } =
    [
        new("GET", "system/version", GirderAccess.Public, Version),
        new("GET", "system/setting", GirderAccess.Admin, ReadSettings),
        new("PUT", "system/setting", GirderAccess.Admin, WriteSettings),
        new("DELETE", "system/setting", GirderAccess.Admin, RemoveSetting),
        new("GET", "system/plugins", GirderAccess.Admin, ReadPlugins),
        new("PUT", "system/plugins", GirderAccess.Admin, EnablePlugins, Generation: GirderGeneration.Two),
        new("PUT", "system/restart", GirderAccess.Admin, Restart, Generation: GirderGeneration.Two),
        new("GET", "system/check", GirderAccess.Public, _ => new JsonObject { ["diskUsage"] = new JsonObject() }),
    ];

    private static JsonObject Version(GirderCall call)
    {
        var version = call.Process.Generation == GirderGeneration.Two
            ? new JsonObject { ["apiVersion"] = "2.5.0", ["git"] = false, ["version"] = "2.5.0" }
            : new JsonObject { ["release"] = "5.0.14" };
        version["serverStartDate"] = GirderDatabase.Stamp(call.Process.Started);
        return version;
    }

    private static JsonNode? ReadSettings(GirderCall call)
    {
        var form = call.Optional("default") ?? "";
        if (form is not ("" or "none" or "default"))
            throw GirderFault.Rest("Default was not 'none', 'default', or blank.");
        if (call.Optional("list") is null)
            return Read(call, call.Required("key"), form);
        var keys = call.Json("list") as JsonArray ?? throw GirderFault.Rest("List was not a valid JSON list.");
        return new JsonObject(keys.Select(key => KeyValuePair.Create((string)key!, Read(call, (string)key!, form))));
    }

    private static JsonNode? Read(GirderCall call, string key, string form) => form switch
    {
        "default" => SettingRules.Default(call.Process, key),
        "none" => call.Database.Settings.GetValueOrDefault(key)?.DeepClone(),
        _ => SettingRules.Read(call.Database, call.Process, key),
    };

    // One after the other: what stands before a wrong one has been written.
    private static JsonValue WriteSettings(GirderCall call)
    {
        if (call.Optional("list") is null)
        {
            SettingRules.Write(call.Database, call.Process, call.Required("key"), call.Required("value"));
            return JsonValue.Create(true);
        }
        var list = call.Json("list") as JsonArray ?? throw GirderFault.Rest("List was not a valid JSON list.");
        foreach (var setting in list)
        {
            var key = (string?)setting?["key"] ?? throw GirderFault.Internal("KeyError: 'key'");
            if (!setting!.AsObject().ContainsKey("value"))
                throw GirderFault.Internal("KeyError: 'value'");
            SettingRules.Write(call.Database, call.Process, key, setting["value"]);
        }
        return JsonValue.Create(true);
    }

    private static JsonValue RemoveSetting(GirderCall call) => JsonValue.Create(call.Database.Settings.Remove(call.Required("key")));

    private static JsonObject ReadPlugins(GirderCall call)
    {
        if (call.Process.Generation == GirderGeneration.Five)
        {
            return new JsonObject
            {
                ["all"] = new JsonObject(GirderPlugins.OfFive.Select(plugin => KeyValuePair.Create<string, JsonNode?>(plugin, new JsonObject { ["name"] = plugin }))),
                ["loaded"] = new JsonArray([.. call.Process.Loaded.Select(plugin => JsonValue.Create(plugin))]),
            };
        }
        return new JsonObject
        {
            ["all"] = new JsonObject(GirderPlugins.OfTwo.Select(pair => KeyValuePair.Create<string, JsonNode?>(
                pair.Key, new JsonObject { ["name"] = pair.Key, ["dependencies"] = new JsonArray([.. pair.Value.Select(other => JsonValue.Create(other))]) }))),
            ["enabled"] = new JsonArray([.. call.Database.EnabledPlugins.Select(plugin => JsonValue.Create(plugin))]),
        };
    }

    private static JsonObject EnablePlugins(GirderCall call)
    {
        _ = call.Required("plugins");
        JsonNode? plugins;
        try
        {
            plugins = call.Json("plugins");
        }
        catch (GirderFault)
        {
            throw GirderFault.Rest("Plugins parameter should be a JSON list.");
        }
        if (plugins is not JsonArray list)
            throw GirderFault.Validation("Plugins enabled setting must be a list.", "value");
        var closure = GirderPlugins.Closure(list.Select(plugin => (string)plugin!));
        call.Database.EnabledPlugins.Clear();
        call.Database.EnabledPlugins.AddRange(closure);
        return new JsonObject
        {
            ["_id"] = GirderDatabase.NewId(),
            ["key"] = "core.plugins_enabled",
            ["value"] = new JsonArray([.. closure.Select(plugin => JsonValue.Create(plugin))]),
        };
    }

    private static JsonObject Restart(GirderCall call)
    {
        if (!call.Process.CanRestart)
            throw GirderFault.Access("Restart of girder is disabled.", anonymous: false);
        call.Process.Restart();
        return new JsonObject { ["restarted"] = GirderDatabase.Stamp(call.Now) };
    }
}
