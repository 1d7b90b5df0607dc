using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Patching;

/// <summary>JSON merge patch (RFC 7386).</summary>
internal static class MergePatch
{
    /// <summary>Patches the target in place.</summary>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
                target.Remove(name);
            else if (value is not JsonObject members)
                target[name] = value.DeepClone();
            else if (target[name] is JsonObject present)
                Apply(present, members);
            else
                Apply(Put(target, name), members);
        }
    }

    private static JsonObject Put(JsonObject target, string name)
    {
        var fresh = new JsonObject();
        target[name] = fresh;
        return fresh;
    }
}
