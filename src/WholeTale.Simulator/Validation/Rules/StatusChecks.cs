using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>What a status may say (ValidateDeploymentStatus and its kin in pkg/apis).</summary>
internal static class StatusChecks
{
    /// <summary>Checks the status of a Deployment, ReplicaSet, StatefulSet, DaemonSet or Job that is written to its subresource.</summary>
    public static void Workload(string kind, JsonObject next, JsonObject live, List<Cause> causes)
    {
        var status = next["status"] as JsonObject ?? [];
        string[] counts = kind switch
        {
            "Deployment" => ["observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas", "collisionCount"],
            "ReplicaSet" => ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"],
            "StatefulSet" => ["replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas", "observedGeneration", "collisionCount"],
            "DaemonSet" =>
            [
                "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration", "updatedNumberScheduled", "numberAvailable",
                "numberUnavailable", "collisionCount",
            ],
            _ => ["active", "succeeded", "failed", "ready"],
        };
        foreach (var name in counts)
        {
            if (status[name].Number() is < 0 and var count)
                causes.Add(Cause.Invalid("status." + name, GoSyntax.Number(count), "must be greater than or equal to 0"));
        }

        string[] parts = kind switch
        {
            "Deployment" => ["updatedReplicas", "readyReplicas", "availableReplicas"],
            "ReplicaSet" => ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
            "StatefulSet" => ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"],
            _ => [],
        };
        foreach (var part in parts)
            AtMost(status, part, "replicas", "cannot be greater than status.replicas", causes);
        if (parts.Length > 0)
            AtMost(status, "availableReplicas", "readyReplicas", kind == "StatefulSet" ? "cannot be greater than status.readyReplicas" : "cannot be greater than readyReplicas", causes);
        if (kind == "Job")
            Uncounted(status["uncountedTerminatedPods"], causes);
        if (kind is "Deployment" or "StatefulSet" or "DaemonSet" && live["status"]?["collisionCount"].Number() is { } collisions && (status["collisionCount"].Number() ?? 0) < collisions)
            causes.Add(Cause.Invalid("status.collisionCount", GoSyntax.Number(status["collisionCount"].Number() ?? 0), "cannot be decremented"));
    }

    /// <summary>Checks what a claim is said to have.</summary>
    public static void Claim(JsonObject next, List<Cause> causes)
    {
        foreach (var (name, value) in next["status"]?["capacity"] as JsonObject ?? [])
        {
            if (Quantity.TryParse(value.Text() ?? "", out var amount) && amount.Units.Sign < 0)
                causes.Add(Cause.Invalid($"status.capacity[{name}]", GoSyntax.Number((long)(amount.Units / 1_000_000_000)), "must be a valid resource quantity"));
        }
    }

    private static void Uncounted(JsonNode? uncounted, List<Cause> causes)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in new[] { "succeeded", "failed" })
        {
            var uids = (uncounted?[list]).Texts();
            for (var at = 0; at < uids.Count; at++)
            {
                var path = $"status.uncountedTerminatedPods.{list}[{at}]";
                if (uids[at].Length == 0)
                    causes.Add(Cause.Invalid(path, "\"\"", "must not be empty"));
                else if (!seen.Add(uids[at]))
                    causes.Add(Cause.Duplicate(path, GoSyntax.Quote(uids[at])));
            }
        }
    }

    private static void AtMost(JsonObject status, string part, string whole, string detail, List<Cause> causes)
    {
        if ((status[part].Number() ?? 0) is var count && count > (status[whole].Number() ?? 0))
            causes.Add(Cause.Invalid("status." + part, GoSyntax.Number(count), detail));
    }
}
