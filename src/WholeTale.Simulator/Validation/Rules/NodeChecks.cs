using System.Net;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>Nodes (ValidateNode, ValidateNodeUpdate).</summary>
internal static class NodeChecks
{
    private static readonly string[] _effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

    public static void Check(JsonObject node, JsonObject? old, List<Cause> causes)
    {
        var spec = node["spec"] as JsonObject ?? [];
        Taints(spec["taints"].Objects().ToList(), causes);
        if (old is null)
            Ranges(spec, causes);
        else
            Changed(spec, old["spec"] as JsonObject ?? [], causes);
    }

    // The path is the server's own slip: taints are the spec's.
    private static void Taints(List<JsonObject> taints, List<Cause> causes)
    {
        var seen = new HashSet<(string Key, string Effect)>();
        for (var at = 0; at < taints.Count; at++)
        {
            var path = $"metadata.taints[{at}]";
            var (key, value, effect) = (taints[at]["key"].Text() ?? "", taints[at]["value"].Text() ?? "", taints[at]["effect"].Text() ?? "");
            causes.AddRange(Names.QualifiedName(key).Select(problem => Cause.Invalid(path + ".key", GoSyntax.Quote(key), problem)));
            if (Names.LabelValue(value) is { Count: > 0 } problems)
                causes.Add(Cause.Invalid(path + ".value", GoSyntax.Quote(value), string.Join(";", problems)));
            if (effect.Length == 0)
                causes.Add(Cause.Required(path + ".effect"));
            else if (!_effects.Contains(effect))
                causes.Add(Cause.NotSupported(path + ".effect", GoSyntax.Quote(effect), _effects));
            if (!seen.Add((key, effect)))
            {
                causes.Add(Cause.Duplicate(
                    path, $"core.Taint{{Key:{GoSyntax.Quote(key)}, Value:{GoSyntax.Quote(value)}, Effect:{GoSyntax.Quote(effect)}, TimeAdded:<nil>}}: taints must be unique by key and effect pair"));
            }
        }
    }

    private static void Ranges(JsonObject spec, List<Cause> causes)
    {
        var ranges = spec["podCIDRs"].Texts();
        for (var at = 0; at < ranges.Count; at++)
        {
            if (!IPNetwork.TryParse(ranges[at], out _))
                causes.Add(Cause.Invalid($"spec.podCIDRs[{at}]", GoSyntax.List(ranges), "must be valid CIDR"));
        }
    }

    private static void Changed(JsonObject spec, JsonObject old, List<Cause> causes)
    {
        var allowed = (JsonObject)old.DeepClone();
        foreach (var member in new[] { "unschedulable", "taints", "configSource" })
            Take(allowed, spec, member);
        foreach (var (member, name) in new[] { ("podCIDRs", "podCIDR"), ("providerID", "providerID") })
        {
            if (IsUnset(old[member]))
            {
                Take(allowed, spec, member);
                if (member == "podCIDRs")
                    Take(allowed, spec, "podCIDR");
            }
            else if (!JsonTree.AreEqual(old[member], spec[member]))
            {
                causes.Add(Cause.Forbidden("spec." + member, $"node updates may not change {name} except from \"\" to valid"));
            }
        }

        if (!JsonTree.AreEqual(allowed, spec))
            causes.Add(Cause.Forbidden("spec", "node updates may only change labels, taints, or capacity (or configSource, if the DynamicKubeletConfig feature gate is enabled)"));
    }

    private static bool IsUnset(JsonNode? value) => value is null or JsonArray { Count: 0 } || value.Text() is "";

    private static void Take(JsonObject allowed, JsonObject spec, string member)
    {
        if (spec[member] is { } value)
            allowed[member] = value.DeepClone();
        else
            allowed.Remove(member);
    }
}
