using System.Globalization;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary><c>/instance</c> of the plugin wholetale: tales that run. There is no worker behind it, so an instance stays as it is written.</summary>
internal static class InstanceRoutes
{
    private const string Plugin = "wholetale";
    private const int Launching = 0;

    public static IReadOnlyList<GirderRoute> All { get; } =
    [
        new("GET", "instance", GirderAccess.User, List, Plugin),
        new("POST", "instance", GirderAccess.User, Create, Plugin),
        new("GET", "instance/:id", GirderAccess.User, call => Own(call).DeepClone(), Plugin),
        new("PUT", "instance/:id", GirderAccess.User, Touch, Plugin),
        new("DELETE", "instance/:id", GirderAccess.User, Remove, Plugin),
        new("POST", "dm/session", GirderAccess.User, OpenSession, Plugin),
    ];

    private static JsonArray List(GirderCall call)
    {
        var instances = call.Database.Instances.Where(instance => TaleRoutes.IsVisible(call, instance));
        foreach (var (parameter, field) in ((string, string)[])[("taleId", "taleId"), ("userId", "creatorId")])
        {
            if (call.Optional(parameter) is { Length: > 0 } id)
                instances = instances.Where(instance => (string?)instance[field] == id);
        }
        return call.Page(instances.Reverse());
    }

    private static JsonNode Create(GirderCall call)
    {
        var taleId = call.Required("taleId");
        var tale = GirderDatabase.Find(call.Database.Tales, taleId) ?? throw GirderFault.Rest($"Invalid tale id ({taleId}).");
        var own = call.Database.Instances.Where(instance => (string?)instance["creatorId"] == call.UserId).ToList();
        if (own.FirstOrDefault(instance => (string?)instance["taleId"] == taleId) is { } running)
            return running.DeepClone();
        var cap = int.Parse(SettingRules.Read(call.Database, call.Process, "wholetale.instance_cap")!.ToString(), CultureInfo.InvariantCulture);
        if (own.Count >= cap)
            throw GirderFault.Rest($"You have reached a limit for running instances ({cap}). Please shutdown one of the running instances before continuing.");
        var made = new JsonObject
        {
            ["_id"] = GirderDatabase.NewId(),
            ["creatorId"] = call.UserId,
            ["taleId"] = taleId,
            ["name"] = call.Optional("name") is { Length: > 0 } name ? name : (string?)tale["title"] ?? "",
            ["iframe"] = tale["iframe"]?.DeepClone() ?? false,
            ["status"] = Launching,
            ["created"] = GirderDatabase.Stamp(call.Now),
            ["lastActivity"] = GirderDatabase.Stamp(call.Now),
        };
        call.Database.Instances.Add(made);
        return made.DeepClone();
    }

    // A session of the data manager, through which a tale's data are mounted; nothing is ever transferred.
    private static JsonObject OpenSession(GirderCall call) => new()
    {
        ["_id"] = GirderDatabase.NewId(),
        ["ownerId"] = call.UserId,
        ["taleId"] = call.Optional("taleId"),
        ["dataSet"] = GirderDatabase.Find(call.Database.Tales, call.Optional("taleId") ?? "")?["dataSet"]?.DeepClone() ?? new JsonArray(),
        ["status"] = 0,
    };

    private static JsonNode Touch(GirderCall call)
    {
        var instance = Own(call);
        instance["lastActivity"] = GirderDatabase.Stamp(call.Now);
        return instance.DeepClone();
    }

    private static JsonNode? Remove(GirderCall call)
    {
        call.Database.Instances.Remove(Own(call));
        return null;
    }

    private static JsonObject Own(GirderCall call)
    {
        var instance = call.Document(call.Database.Instances, "instance");
        return TaleRoutes.IsVisible(call, instance) ? instance : throw GirderFault.Access($"Read access denied for instance {instance["_id"]}.", anonymous: false);
    }
}
