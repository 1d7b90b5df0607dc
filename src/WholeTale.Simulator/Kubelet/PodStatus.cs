using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Kubelet;

/// <summary>A pod's status as its kubelet writes it (pkg/kubelet/kubelet_pods.go, pkg/kubelet/status).</summary>
internal static class PodStatus
{
    public static void Write(JsonObject content, PodRun pod, string hostAddress, string now)
    {
        var status = content.Status();
        var policy = content["spec"]?["restartPolicy"].Text() ?? "Always";
        var phase = Phase(pod, policy);
        status["phase"] = phase;
        status["hostIP"] = hostAddress;
        status["startTime"] = pod.StartTime.Stamp();
        if (HasNetwork(pod))
        {
            var address = content["spec"]?["hostNetwork"].Flag() == true ? hostAddress : pod.Address;
            status["podIP"] = address;
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address });
        }

        status.SetOrRemove("reason", pod.FailedReason);
        status.SetOrRemove("message", pod.FailedMessage);
        WriteConditions(content, status, pod, phase, now);
        if (pod.InitContainers.Count > 0)
            status["initContainerStatuses"] = Containers(pod.InitContainers, pod, waiting: null);
        status["containerStatuses"] = Containers(pod.Containers, pod, Initialized(pod) ? null : "PodInitializing");
        if (pod.EphemeralContainers.Count > 0)
            status["ephemeralContainerStatuses"] = Containers(pod.EphemeralContainers, pod, waiting: null);
    }

    public static bool Initialized(PodRun pod) => pod.InitContainers.All(container => container.HasSucceeded);

    private static string Phase(PodRun pod, string policy)
    {
        if (pod.FailedReason is not null)
            return "Failed";
        if (pod.InitContainers.Any(container => container is { Phase: ContainerPhase.Ended, ExitCode: not 0 }) && policy == "Never")
            return "Failed";
        if (!Initialized(pod))
            return "Pending";
        if (pod.Containers.All(container => container.Phase == ContainerPhase.Ended))
            return pod.Containers.All(container => container.ExitCode == 0) ? "Succeeded" : "Failed";
        return pod.Containers.All(container => container.Phase is ContainerPhase.New or ContainerPhase.Pulling or ContainerPhase.PullFailed
                or ContainerPhase.Creating or ContainerPhase.ConfigError && container.LastState is null)
            ? "Pending"
            : pod.Containers.Any(container => container.LastState is null && container.Phase is not (ContainerPhase.Running or ContainerPhase.Ended or ContainerPhase.BackOff))
                ? "Pending"
                : "Running";
    }

    // The sandbox has its address before the first image is pulled.
    private static bool HasNetwork(PodRun pod) =>
        pod.Containers.Concat(pod.InitContainers).Any(container => container.Phase is not (ContainerPhase.New or ContainerPhase.Pulling) || container.Restarts > 0);

    private static void WriteConditions(JsonObject content, JsonObject status, PodRun pod, string phase, string now)
    {
        var scheduled = Conditions.Find(status, "PodScheduled");
        if (phase is "Succeeded")
        {
            PodConditions.Set(status, "Initialized", true, now, "PodCompleted");
            PodConditions.Set(status, "Ready", false, now, "PodCompleted");
            PodConditions.Set(status, "ContainersReady", false, now, "PodCompleted");
        }
        else
        {
            SetAll(status, "Initialized", pod.InitContainers.Where(container => !container.HasSucceeded), "ContainersNotInitialized", "containers with incomplete status", now);
            var unready = pod.Containers.Where(container => !container.Ready).ToList();
            SetAll(status, "ContainersReady", unready, "ContainersNotReady", "containers with unready status", now, phase);
            var gates = content["spec"].Items("readinessGates").Select(gate => gate["conditionType"].Text()!)
                .Where(gate => !Conditions.Holds(status, gate)).ToList();
            if (unready.Count == 0 && gates.Count > 0)
                PodConditions.Set(status, "Ready", false, now, "ReadinessGatesNotReady", $"corresponding condition of pod readiness gate \"{gates[0]}\" does not exist.");
            else
                SetAll(status, "Ready", unready, "ContainersNotReady", "containers with unready status", now, phase);
        }

        // PodDisruptionConditions, on by default since 1.26.
        if (pod.FailedReason == "Evicted")
            PodConditions.Set(status, "DisruptionTarget", true, now, "TerminationByKubelet", pod.FailedMessage);
        if (scheduled is null)
            PodConditions.Set(status, "PodScheduled", true, now);
        Sort(status);
    }

    private static void SetAll(
        JsonObject status, string type, IEnumerable<ContainerRun> missing, string reason, string message, string now, string? phase = null)
    {
        var names = missing.Select(container => container.Name).ToList();
        if (names.Count == 0)
            PodConditions.Set(status, type, true, now);
        else if (phase == "Failed")
            PodConditions.Set(status, type, false, now, "PodFailed");
        else
            PodConditions.Set(status, type, false, now, reason, $"{message}: [{string.Join(' ', names)}]");
    }

    // The kubelet generates its conditions in this order; those of others come first.
    private static void Sort(JsonObject status)
    {
        string[] order = ["Initialized", "Ready", "ContainersReady", "PodScheduled"];
        var conditions = (JsonArray)status["conditions"]!;
        var sorted = conditions.OfType<JsonObject>().OrderBy(condition => Array.IndexOf(order, condition["type"].Text())).ToList();
        conditions.Clear();
        foreach (var condition in sorted)
            conditions.Add((JsonNode)condition);
    }

    private static JsonArray Containers(IReadOnlyList<ContainerRun> containers, PodRun pod, string? waiting)
    {
        var statuses = new JsonArray();
        foreach (var container in containers)
        {
            var started = container.Phase is ContainerPhase.Running or ContainerPhase.Ended or ContainerPhase.BackOff || container.LastState is not null;
            var status = new JsonObject
            {
                ["name"] = container.Name,
                ["state"] = State(container, pod, waiting),
                ["lastState"] = container.LastState?.DeepClone() ?? new JsonObject(),
                ["ready"] = !container.IsEphemeral && (container.IsInit ? container.HasSucceeded : container.Ready),
                ["restartCount"] = container.Restarts,
                ["image"] = started ? container.FullImage : container.Image,
                ["imageID"] = started ? ImageName.Id(container.Image) : "",
            };
            if (started)
                status["containerID"] = container.RuntimeId;
            if (!container.IsInit && !container.IsEphemeral)
                status["started"] = container is { Phase: ContainerPhase.Running, Started: true };
            statuses.Add((JsonNode)status);
        }

        return statuses;
    }

    private static JsonObject State(ContainerRun container, PodRun pod, string? waiting) => container.Phase switch
    {
        ContainerPhase.Running => new JsonObject { ["running"] = new JsonObject { ["startedAt"] = container.StartedAt.Stamp() } },
        ContainerPhase.Ended => container.Terminated(),
        ContainerPhase.BackOff or ContainerPhase.PullFailed or ContainerPhase.ConfigError => Waiting(container.WaitReason, container.WaitMessage),
        _ => Waiting(waiting ?? (container.IsInit || pod.InitContainers.Count > 0 ? "PodInitializing" : "ContainerCreating"), null),
    };

    private static JsonObject Waiting(string reason, string? message)
    {
        var waiting = new JsonObject { ["reason"] = reason };
        if (message is not null)
            waiting["message"] = message;
        return new JsonObject { ["waiting"] = waiting };
    }
}
