using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Patching;

/// <summary>JSON merge patch (RFC 7386), with the liberties of evanphx/json-patch.</summary>
internal static class MergePatch
{
    /// <summary>Patches the target in place.</summary>
    /// <param name="target">The object.</param>
    /// <param name="patch">Members to set and (null) to remove; an array takes the object's place, as the library has it.</param>
    /// <param name="opened">The objects that were merged.</param>
    public static JsonNode? Apply(JsonObject target, JsonNode? patch, out IReadOnlySet<JsonNode> opened)
    {
        var merged = new HashSet<JsonNode>(ReferenceEqualityComparer.Instance);
        opened = merged;
        if (patch is not JsonObject members)
            return patch?.DeepClone();
        Merge(target, members, merged);
        return target;
    }

    private static void Merge(JsonObject target, JsonObject patch, HashSet<JsonNode> opened)
    {
        opened.Add(target);
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is not JsonObject members)
            {
                target[name] = value.DeepClone();
            }
            else
            {
                if (target[name] is not JsonObject present)
                    target[name] = present = [];
                Merge(present, members, opened);
            }
        }
    }
}
