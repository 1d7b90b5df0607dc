using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>A Deployment's status: its counts and what they say of progress (pkg/controller/deployment, progress.go and sync.go).</summary>
internal sealed class DeploymentStatus(World world)
{
    /// <summary>Brings the status up to date.</summary>
    /// <param name="status">The status, which is changed.</param>
    /// <param name="content">The Deployment.</param>
    /// <param name="sets">All its ReplicaSets.</param>
    /// <param name="current">The one with its present template.</param>
    /// <param name="follow">Whether progress is judged: not while it is paused or merely scaled.</param>
    /// <returns>When the deadline of progress is to be looked at.</returns>
    public TimeSpan? Write(JsonObject status, JsonObject content, IReadOnlyList<RolledSet> sets, RolledSet? current, bool follow)
    {
        var wanted = (int)(content["spec"]?["replicas"].Number() ?? 1);
        var old = Counts.Of(status);
        var replicas = sets.Sum(set => set.Replicas);
        var available = sets.Sum(set => set.Available);
        var counts = new Counts(replicas, current?.Replicas ?? 0, sets.Sum(set => set.Ready), available);
        status.SetCount("observedGeneration", content["metadata"]?["generation"].Number() ?? 0);
        status.SetCount("replicas", counts.Replicas);
        status.SetCount("updatedReplicas", counts.Updated);
        status.SetCount("readyReplicas", counts.Ready);
        status.SetCount("availableReplicas", counts.Available);
        status.SetCount("unavailableReplicas", Math.Max(0, replicas - available));
        if (available >= wanted - RollingBudget.Of(content["spec"]?["strategy"], wanted).Unavailable)
            Set(status, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.");
        else
            Set(status, "Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
        if (!follow)
            return null;
        var wait = Follow(status, content, current, wanted, old, counts);
        if (sets.Select(set => Conditions.Find(set.Content["status"], "ReplicaFailure")).FirstOrDefault(found => found is not null) is { } failure)
            Set(status, "ReplicaFailure", "True", failure["reason"].Text() ?? "", failure["message"].Text() ?? "");
        else
            Conditions.Remove(status, "ReplicaFailure");
        return wait;
    }

    /// <summary>Sets a condition as SetDeploymentCondition does: nothing changes while status and reason are the same, else it moves to the end.</summary>
    public void Set(JsonObject status, string type, string value, string reason, string message, bool renew = false)
    {
        var before = Conditions.Find(status, type);
        if (before?["status"].Text() == value && before["reason"].Text() == reason && !renew)
            return;
        var now = world.Now;
        var transition = before?["status"].Text() == value ? before["lastTransitionTime"].Text() ?? now : now;
        if (status["conditions"] is not JsonArray conditions)
            status["conditions"] = conditions = [];
        if (before is not null)
            conditions.Remove(before);
        conditions.Add((JsonNode)new JsonObject
        {
            ["type"] = type,
            ["status"] = value,
            ["lastUpdateTime"] = now,
            ["lastTransitionTime"] = transition,
            ["reason"] = reason,
            ["message"] = message,
        });
    }

    private TimeSpan? Follow(JsonObject status, JsonObject content, RolledSet? current, int wanted, Counts old, Counts counts)
    {
        // progressDeadlineSeconds of MaxInt32 means: none (deployment_util.go, HasProgressDeadline).
        if (content["spec"]?["progressDeadlineSeconds"].Number() is not { } deadline || deadline == int.MaxValue)
        {
            Conditions.Remove(status, "Progressing");
            return null;
        }

        var progressing = Conditions.Find(status, "Progressing");
        if (counts.Replicas == counts.Updated && progressing?["reason"].Text() == "NewReplicaSetAvailable")
            return null;
        var what = current is null ? $"Deployment \"{content["metadata"]!["name"]}\"" : $"ReplicaSet \"{current.Name}\"";
        if (counts.Updated == wanted && counts.Replicas == wanted && counts.Available == wanted)
        {
            Set(status, "Progressing", "True", "NewReplicaSetAvailable", $"{what} has successfully progressed.");
            return null;
        }

        if (counts.Updated > old.Updated || counts.Replicas - counts.Updated < old.Replicas - old.Updated
            || counts.Ready > old.Ready || counts.Available > old.Available)
        {
            Set(status, "Progressing", "True", "ReplicaSetUpdated", $"{what} is progressing.", renew: true);
            return TimeSpan.FromSeconds(deadline + 1);
        }

        if (progressing is null || progressing["reason"].Text() is "NewReplicaSetAvailable" or "ProgressDeadlineExceeded")
            return null;
        var left = (progressing["lastUpdateTime"].Time() ?? default).AddSeconds(deadline) - world.Time.GetUtcNow();
        if (left >= TimeSpan.Zero)
            return left + TimeSpan.FromSeconds(1);
        Set(status, "Progressing", "False", "ProgressDeadlineExceeded", $"{what} has timed out progressing.");
        return null;
    }

    private readonly record struct Counts(int Replicas, int Updated, int Ready, int Available)
    {
        public static Counts Of(JsonObject status) => new(
            (int)(status["replicas"].Number() ?? 0),
            (int)(status["updatedReplicas"].Number() ?? 0),
            (int)(status["readyReplicas"].Number() ?? 0),
            (int)(status["availableReplicas"].Number() ?? 0));
    }
}
