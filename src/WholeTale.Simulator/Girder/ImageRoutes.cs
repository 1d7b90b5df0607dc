using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WholeTale.Simulator.Girder;

/// <summary><c>/image</c> of the plugin wholetale: environments that tales run in.</summary>
internal static partial class ImageRoutes
{
    private const string Plugin = "wholetale";

    private static readonly Dictionary<string, JsonValueKind> _config = new(StringComparer.Ordinal)
    {
        ["buildpack"] = JsonValueKind.String,
        ["repo2docker_version"] = JsonValueKind.String,
        ["command"] = JsonValueKind.String,
        ["cpuShares"] = JsonValueKind.String,
        ["environment"] = JsonValueKind.Array,
        ["memLimit"] = JsonValueKind.String,
        ["port"] = JsonValueKind.Number,
        ["user"] = JsonValueKind.String,
        ["targetMount"] = JsonValueKind.String,
        ["urlPath"] = JsonValueKind.String,
    };

    public static IReadOnlyList<GirderRoute> All { get; } =
    [
        new("GET", "image", GirderAccess.Public, List, Plugin),
        new("POST", "image", GirderAccess.User, Create, Plugin),
        new("GET", "image/:id", GirderAccess.Public, call => call.Document(call.Database.Images, "image").DeepClone(), Plugin),
        new("PUT", "image/:id", GirderAccess.User, Update, Plugin),
        new("DELETE", "image/:id", GirderAccess.Admin, Remove, Plugin),
    ];

    private static JsonArray List(GirderCall call)
    {
        var images = call.Database.Images.Where(image => call.IsAdmin || ((bool?)image["public"] ?? false));
        if (call.Optional("text") is { Length: > 0 } text)
            images = images.Where(image => TextSearch.Matches(text, $"{image["name"]} {image["description"]}"));
        if (call.Optional("tag") is { Length: > 0 } tag)
            images = images.Where(image => (image["tags"] as JsonArray)?.Any(one => (string?)one == tag) ?? false);
        return call.Page(images.OrderBy(image => (string?)image["name"], StringComparer.Ordinal));
    }

    // Two images may have the same name: nobody looks.
    private static JsonNode Create(GirderCall call)
    {
        var config = call.Json("config");
        if (config is not null)
            CheckConfig(config);
        var made = new JsonObject
        {
            ["_id"] = GirderDatabase.NewId(),
            ["name"] = call.Optional("name"),
            ["description"] = call.Optional("description"),
            ["config"] = config,
            ["icon"] = call.Optional("icon") is { Length: > 0 } icon ? icon : "https://raw.githubusercontent.com/whole-tale/dashboard/master/public/images/whole_tale_logo.png",
            ["iframe"] = call.Flag("iframe", otherwise: false),
            ["public"] = call.Flag("public", otherwise: false),
            ["tags"] = Tags(call),
            ["parentId"] = null,
            ["creatorId"] = call.UserId,
            ["created"] = GirderDatabase.Stamp(call.Now),
            ["updated"] = GirderDatabase.Stamp(call.Now),
        };
        if (call.Optional("idleTimeout") is { Length: > 0 } timeout)
            made["idleTimeout"] = Integer("idleTimeout", timeout);
        call.Database.Images.Add(made);
        return made.DeepClone();
    }

    // Only these; the configuration cannot be changed once an image is there. What is left out of public and iframe goes back to its default.
    private static JsonNode Update(GirderCall call)
    {
        var image = call.Document(call.Database.Images, "image");
        if (!call.IsAdmin && (string?)image["creatorId"] != call.UserId)
            throw GirderFault.Access("Write access denied for image.", anonymous: false);
        foreach (var name in (string[])["name", "description", "icon"])
        {
            if (call.Optional(name) is { } text)
                image[name] = text;
        }
        image["public"] = call.Flag("public", otherwise: true);
        image["iframe"] = call.Flag("iframe", otherwise: false);
        if (call.Optional("idleTimeout") is { Length: > 0 } timeout)
            image["idleTimeout"] = Integer("idleTimeout", timeout);
        if (call.Optional("tags") is not null)
            image["tags"] = Tags(call);
        image["updated"] = GirderDatabase.Stamp(call.Now);
        return image.DeepClone();
    }

    private static JsonNode? Remove(GirderCall call)
    {
        call.Database.Images.Remove(call.Document(call.Database.Images, "image"));
        return null;
    }

    private static JsonNode? Tags(GirderCall call)
    {
        var tags = call.Json("tags");
        if (tags is not null && (tags is not JsonArray list || list.Any(tag => tag?.GetValueKind() != JsonValueKind.String)))
            throw GirderFault.Rest($"Invalid JSON object for parameter tags: {tags.ToJsonString()} is not of type 'array'");
        return tags;
    }

    private static int Integer(string name, string text) =>
        int.TryParse(text, out var number) ? number : throw GirderFault.Rest($"Invalid value for integer parameter {name}: {text}.");

    private static void CheckConfig(JsonNode config)
    {
        if (config is not JsonObject table)
            throw Refuse($"{config.ToJsonString()} is not of type 'object'");
        foreach (var (name, value) in table)
        {
            if (!_config.TryGetValue(name, out var kind))
                throw Refuse($"Additional properties are not allowed ('{name}' was unexpected)");
            if (value?.GetValueKind() != kind)
                throw Refuse($"{value?.ToJsonString() ?? "None"} is not of type '{(kind == JsonValueKind.Number ? "integer" : kind.ToString().ToLowerInvariant())}'");
        }
        if (table["memLimit"] is { } limit && !MemoryForm().IsMatch((string)limit!))
            throw Refuse($"'{limit}' does not match '^(\\\\d+)([kmg]?b?)$'");
        if (table["targetMount"] is { } mount && !((string)mount!).StartsWith('/'))
            throw Refuse($"'{mount}' does not match '^/.*$'");
        foreach (var variable in table["environment"] as JsonArray ?? [])
        {
            if (((string?)variable)?.IndexOf('=', StringComparison.Ordinal) is null or < 1)
                throw Refuse($"'{variable}' does not match '^[^=]+=.*$'");
        }
    }

    private static GirderFault Refuse(string why) => GirderFault.Rest($"Invalid JSON object for parameter config: {why}");

    [GeneratedRegex(@"^(\d+)([kmg]?b?)$")]
    private static partial Regex MemoryForm();
}
