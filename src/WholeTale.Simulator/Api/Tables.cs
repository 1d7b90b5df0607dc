using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>Server-side printing: objects as rows.</summary>
internal sealed class Tables(KubernetesApi api)
{
    public JsonObject Of(Kind kind, IReadOnlyList<StoredObject> items, long resourceVersion, bool includeObject)
    {
        var rows = new JsonArray();
        foreach (var item in items)
        {
            var content = item.Read();
            var row = new JsonObject { ["cells"] = new JsonArray(item.Name, Age(content["metadata"]?["creationTimestamp"].Text())) };
            if (includeObject)
                row["object"] = Representation.Metadata(item);
            rows.Add(row);
        }

        _ = kind;
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = resourceVersion.ToString(CultureInfo.InvariantCulture) },
            ["columnDefinitions"] = new JsonArray(Column("Name", "name"), Column("Age", "")),
            ["rows"] = rows,
        };
    }

    private static JsonObject Column(string name, string format) => new()
    {
        ["name"] = name,
        ["type"] = "string",
        ["format"] = format,
        ["description"] = "",
        ["priority"] = 0,
    };

    // duration.HumanDuration
    private string Age(string? created)
    {
        if (created is null || !DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return "<unknown>";
        return HumanDuration.Format(api.Options.Time.GetUtcNow() - time);
    }
}
