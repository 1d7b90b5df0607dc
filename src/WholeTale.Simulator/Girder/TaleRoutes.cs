using System.Text.Json;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary><c>/tale</c> of the plugin wholetale. No image is ever built; a tale has the one that it was given.</summary>
internal static class TaleRoutes
{
    private const string Plugin = "wholetale";

    public static IReadOnlyList<GirderRoute> All { get; } =
    [
        new("GET", "tale", GirderAccess.Public, List, Plugin),
        new("POST", "tale", GirderAccess.User, Create, Plugin),
        new("GET", "tale/:id", GirderAccess.Public, call => Visible(call).DeepClone(), Plugin),
        new("PUT", "tale/:id", GirderAccess.User, Update, Plugin),
        new("DELETE", "tale/:id", GirderAccess.User, Remove, Plugin),
    ];

    /// <summary>Whether the caller may see a document.</summary>
    public static bool IsVisible(GirderCall call, JsonObject document) =>
        call.IsAdmin || ((bool?)document["public"] ?? false) || (call.User is not null && (string?)document["creatorId"] == call.UserId);

    private static JsonArray List(GirderCall call)
    {
        var tales = call.Database.Tales.Where(tale => IsVisible(call, tale));
        foreach (var (parameter, field) in ((string, string)[])[("imageId", "imageId"), ("userId", "creatorId")])
        {
            if (call.Optional(parameter) is { Length: > 0 } id)
                tales = tales.Where(tale => (string?)tale[field] == id);
        }
        if (call.Optional("text") is { Length: > 0 } text)
            tales = tales.Where(tale => TextSearch.Matches(text, $"{tale["title"]} {tale["description"]}"));
        return call.Page(tales.OrderBy(tale => (string?)tale["title"], StringComparer.Ordinal));
    }

    private static JsonNode Create(GirderCall call)
    {
        var body = Body(call);
        var imageId = (string?)body["imageId"] ?? throw GirderFault.Rest("Invalid JSON object for parameter tale: 'imageId' is a required property");
        var image = GirderDatabase.Find(call.Database.Images, imageId) ?? throw GirderFault.Rest($"Invalid image id ({imageId}).");
        var made = (JsonObject)body.DeepClone();
        made["_id"] = GirderDatabase.NewId();
        made["creatorId"] = call.UserId;
        made["title"] ??= $"Tale with {image["name"]}";
        made["public"] ??= false;
        made["dataSet"] ??= new JsonArray();
        made["config"] ??= new JsonObject();
        made["status"] = 1;
        made["created"] = GirderDatabase.Stamp(call.Now);
        made["updated"] = GirderDatabase.Stamp(call.Now);
        call.Database.Tales.Add(made);
        return made.DeepClone();
    }

    private static JsonNode Update(GirderCall call)
    {
        var tale = Owned(call);
        foreach (var (name, value) in Body(call))
        {
            if (name is not ("_id" or "creatorId" or "created"))
                tale[name] = value?.DeepClone();
        }
        tale["updated"] = GirderDatabase.Stamp(call.Now);
        return tale.DeepClone();
    }

    private static JsonNode? Remove(GirderCall call)
    {
        call.Database.Tales.Remove(Owned(call));
        return null;
    }

    private static JsonObject Visible(GirderCall call)
    {
        var tale = call.Document(call.Database.Tales, "tale");
        return IsVisible(call, tale) ? tale : throw GirderFault.Access($"Read access denied for tale {tale["_id"]}.", call.User is null);
    }

    private static JsonObject Owned(GirderCall call)
    {
        var tale = call.Document(call.Database.Tales, "tale");
        return call.IsAdmin || (string?)tale["creatorId"] == call.UserId ? tale : throw GirderFault.Access($"Write access denied for tale {tale["_id"]}.", anonymous: false);
    }

    private static JsonObject Body(GirderCall call)
    {
        try
        {
            return JsonNode.Parse(call.Required("body")) as JsonObject ?? throw GirderFault.Rest("Invalid JSON passed in request body.");
        }
        catch (JsonException)
        {
            throw GirderFault.Rest("Invalid JSON passed in request body.");
        }
    }
}
