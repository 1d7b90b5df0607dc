using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary><c>/assetstore</c>: where uploads are kept.</summary>
internal static class AssetstoreRoutes
{
    private const string Filesystem = "0";
    private const string GridFs = "1";
    private const string S3 = "2";

    public static IReadOnlyList<GirderRoute> All { get; } =
    [
        new("GET", "assetstore", GirderAccess.Admin, call => call.Page(call.Database.Assetstores)),
        new("POST", "assetstore", GirderAccess.Admin, Create),
        new("PUT", "assetstore/:id", GirderAccess.Admin, Update),
        new("DELETE", "assetstore/:id", GirderAccess.Admin, Remove),
    ];

    private static JsonNode Create(GirderCall call)
    {
        var name = call.Required("name");
        var type = call.Required("type");
        var made = new JsonObject { ["_id"] = GirderDatabase.NewId(), ["name"] = name };
        switch (type)
        {
            case Filesystem:
                made["root"] = call.Required("root");
                break;
            case GridFs when call.Process.Generation == GirderGeneration.Two:
                made["db"] = call.Required("db");
                break;
            case S3:
                made["bucket"] = call.Required("bucket");
                break;
            default:
                throw GirderFault.Rest("Invalid type parameter");
        }
        if (call.Database.Assetstores.Any(store => (string?)store["name"] == name))
            throw GirderFault.Validation("An assetstore with that name already exists.", "name");
        made["type"] = int.Parse(type, System.Globalization.CultureInfo.InvariantCulture);
        made["created"] = GirderDatabase.Stamp(call.Now);
        made["current"] = !call.Database.Assetstores.Any(store => (bool?)store["current"] ?? false);
        call.Database.Assetstores.Add(made);
        return made.DeepClone();
    }

    private static JsonNode Update(GirderCall call)
    {
        var store = call.Document(call.Database.Assetstores, "assetstore");
        store["name"] = call.Required("name");
        if (call.Flag("current", otherwise: false))
        {
            foreach (var other in call.Database.Assetstores)
                other["current"] = ReferenceEquals(other, store);
        }
        return store.DeepClone();
    }

    private static JsonObject Remove(GirderCall call)
    {
        var store = call.Document(call.Database.Assetstores, "assetstore");
        call.Database.Assetstores.Remove(store);
        return new JsonObject { ["message"] = $"Deleted assetstore {store["name"]}." };
    }
}
