using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Finds what somebody has added to an object beside what its manifest says. An apply leaves that alone, so that no dry run shows it.</summary>
internal sealed class Additions
{
    // What kubectl keeps for itself; a Secret's values are in it.
    private const string LastApplied = "f:kubectl.kubernetes.io/last-applied-configuration";

    private readonly PlannedObject planned;
    private readonly IReadOnlyList<JsonObject> entries;
    private readonly Dictionary<string, Change> found = [];

    private Additions(PlannedObject planned, JsonObject live)
    {
        this.planned = planned;
        entries = [.. live.Items("metadata", "managedFields")];
    }

    /// <summary>The fields that are held by somebody alone (<see cref="FieldOwner.IsSomebody"/>) and that the manifest lacks; of an item of a list that is somebody's as a whole, the item.</summary>
    internal static IReadOnlyCollection<Change> Find(PlannedObject planned, JsonObject live)
    {
        var additions = new Additions(planned, live);
        foreach (var fields in additions.entries.Where(FieldOwner.IsSomebody).Select(entry => entry["fieldsV1"]).OfType<JsonObject>())
            additions.Walk(fields, [], "", planned.Manifest, live);
        return additions.found.Values;
    }

    // Goes down a fieldsV1 set, the manifest and the object side by side.
    private void Walk(JsonObject fields, IReadOnlyList<string> steps, string path, JsonNode? manifest, JsonNode live)
    {
        foreach (var (step, node) in fields)
        {
            if (node is not JsonObject below || !IsContent(steps, step) || FieldStep.Next(live, step) is not { } there)
                continue;
            IReadOnlyList<string> here = [.. steps, step];
            var name = step.StartsWith("f:", StringComparison.Ordinal) ? (path.Length == 0 ? step[2..] : $"{path}.{step[2..]}") : $"{path}[{(there.Text("name") is { Length: > 0 } known ? known : there.GetElementIndex())}]";
            var wanted = FieldStep.Next(manifest, step);
            if (wanted is null && (below.Count == 0 || step.StartsWith("k:", StringComparison.Ordinal)) && Owners(here) is { } owners)
                found[name] = ObjectDifference.Field(planned, name, there, null, owners);
            else if (below.Count > 0)
                Walk(below, here, name, wanted, there);
        }
    }

    // All but what the server and controllers keep: the status, and what metadata has beside labels and annotations.
    private static bool IsContent(IReadOnlyList<string> steps, string step) => step is not ("." or LastApplied) && steps switch
    {
        [] => step != "f:status",
        ["f:metadata"] => step is "f:labels" or "f:annotations",
        _ => true,
    };

    // Null where one of them is we or a controller.
    private string? Owners(IReadOnlyList<string> steps)
    {
        var owners = entries.Where(entry => entry["fieldsV1"] is JsonObject fields && Holds(fields, steps)).ToList();
        return owners.TrueForAll(FieldOwner.IsSomebody) ? string.Join(", ", owners.Select(entry => entry.Text("manager")).Distinct(StringComparer.Ordinal)) : null;
    }

    // What is held without anything below is held as a whole.
    private static bool Holds(JsonObject fields, IReadOnlyList<string> steps)
    {
        foreach (var step in steps)
        {
            if (fields[step] is not JsonObject next)
                return false;
            if (next.Count == 0)
                return true;
            fields = next;
        }

        return true;
    }
}
