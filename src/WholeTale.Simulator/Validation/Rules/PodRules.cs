using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation.Pods;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>Pods.</summary>
internal sealed class PodRules(Kind kind, TypeSchema schema) : KindRules(kind, schema)
{
    public override void PrepareCreate(JsonObject content)
    {
        content["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QualityOf(content["spec"] as JsonObject ?? []) };
    }

    private protected override void CheckCreate(JsonObject content, List<Cause> causes)
    {
        new PodSpecValidation(causes).Check(content["spec"] as JsonObject ?? [], "spec");
    }

    private protected override void CheckUpdate(JsonObject next, JsonObject live, string subresource, List<Cause> causes)
    {
        if (subresource.Length > 0)
            return;
        var allowed = (JsonObject)live["spec"]!.DeepClone();
        var spec = next["spec"]!.AsObject();
        foreach (var list in new[] { "containers", "initContainers" })
        {
            var olds = allowed[list] as JsonArray ?? [];
            var news = spec[list] as JsonArray ?? [];
            if (olds.Count != news.Count)
            {
                causes.Add(Cause.Forbidden("spec." + list, "pod updates may not add or remove containers"));
                return;
            }

            for (var at = 0; at < olds.Count; at++)
                olds[at]!["image"] = news[at]?["image"]?.DeepClone();
        }

        foreach (var member in new[] { "activeDeadlineSeconds", "terminationGracePeriodSeconds" })
        {
            if (member == "activeDeadlineSeconds" || live["spec"]![member].Number() < 0 && spec[member].Number() == 1)
                Keep(allowed, spec, member);
        }

        var tolerations = spec["tolerations"] as JsonArray ?? [];
        var before = allowed["tolerations"] as JsonArray ?? [];
        if (before.All(old => tolerations.Any(toleration => JsonTree.AreEqual(old, toleration))))
            Keep(allowed, spec, "tolerations");
        if (!JsonTree.AreEqual(allowed, spec))
        {
            causes.Add(Cause.Forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, `spec.activeDeadlineSeconds`, "
                + "`spec.tolerations` (only additions to existing tolerations) or `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
                + GoDifference.PodSpec(spec, allowed)));
        }

    }

    /// <summary>The quality of service that a pod's requests and limits make (qos.GetPodQOS).</summary>
    public static string QualityOf(JsonObject spec)
    {
        var any = false;
        var guaranteed = true;
        foreach (var container in new[] { "containers", "initContainers" }.SelectMany(list => (spec[list] as JsonArray ?? []).OfType<JsonObject>()))
        {
            var limits = container["resources"]?["limits"] as JsonObject ?? [];
            var requests = container["resources"]?["requests"] as JsonObject ?? [];
            any |= limits.Concat(requests).Any(pair => pair.Key is "cpu" or "memory" && pair.Value.Text() is not "0");
            foreach (var name in new[] { "cpu", "memory" })
            {
                var limit = limits[name].Text();
                guaranteed &= limit is not null and not "0" && (requests[name] is null || JsonTree.AreEqual(requests[name], limits[name]));
            }
        }

        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }
}
