using System.Text.Json.Nodes;
using WholeTale.Core.Deployment;

namespace WholeTale.Core.Girder;

/// <summary>Sees to it that Girder has a current assetstore. One that is current already stays, whatever it is: it holds files.</summary>
internal static class AssetstoreStep
{
    public const string Name = "Assetstore";

    private const string StoreName = "WholeTale";

    public static async Task<GirderStep> RunAsync(GirderSession session, CancellationToken cancellationToken)
    {
        var stores = await session.Client.ReadListAsync(Name, "assetstore?limit=0", cancellationToken);
        if (stores.Any(store => (bool?)store["current"] ?? false))
            return new GirderStep(Name, AppliedResult.Unchanged);
        if (stores.FirstOrDefault(store => (string?)store["name"] == StoreName) is { } ours)
        {
            await session.Client.WriteAsync(Name, HttpMethod.Put, $"assetstore/{(string?)ours["_id"]}", Current(ours), cancellationToken);
            return new GirderStep(Name, AppliedResult.Updated);
        }
        await session.Client.WriteAsync(Name, HttpMethod.Post, "assetstore", New(session), cancellationToken);
        return new GirderStep(Name, AppliedResult.Created);
    }

    private static Dictionary<string, string> New(GirderSession session)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = StoreName };
        // Girder 4 dropped GridFS.
        if (session.Settings.Settings.Girder.Assetstore == "GridFs" && session.Version.Major < 4)
        {
            form["type"] = "1";
            form["db"] = "gridfs";
        }
        else
        {
            form["type"] = "0";
            form["root"] = $"{GirderSettingsPlan.DataFolder}/assetstore";
        }
        return form;
    }

    private static Dictionary<string, string> Current(JsonObject store)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = StoreName, ["current"] = "true" };
        foreach (var member in (string[])["root", "db"])
        {
            if ((string?)store[member] is { } value)
                form[member] = value;
        }
        return form;
    }
}
