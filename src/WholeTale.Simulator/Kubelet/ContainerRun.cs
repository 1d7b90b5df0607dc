using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Kubelet;

/// <summary>The state of one simulated container.</summary>
internal sealed class ContainerRun(JsonObject spec, bool isInit, TimeProvider time)
{
    public JsonObject Spec { get; set; } = spec;

    public bool IsInit => isInit;

    /// <summary>Whether it was put into the running pod (<c>kubectl debug</c>): it is never ready and never restarted.</summary>
    public bool IsEphemeral { get; init; }

    public string Name { get; } = spec["name"].Text() ?? "";

    /// <summary>Where it stands in its pod, as events name it (kubelet's ContainerFieldPath).</summary>
    public string Part => $"spec.{(IsEphemeral ? "ephemeralContainers" : IsInit ? "initContainers" : "containers")}{{{Name}}}";

    public string Image => Spec["image"].Text() ?? "";

    public ContainerPhase Phase { get; set; }

    /// <summary>When the present phase is over; null when nothing but an event ends it.</summary>
    public DateTimeOffset? Due { get; set; }

    /// <summary>Why it waits, e.g. <c>ErrImagePull</c>.</summary>
    public string WaitReason { get; set; } = "ContainerCreating";

    public string? WaitMessage { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset FinishedAt { get; set; }

    public DateTimeOffset PullStarted { get; set; }

    public int ExitCode { get; set; }

    /// <summary>Why it ended: <c>Completed</c>, <c>Error</c>, <c>OOMKilled</c>.</summary>
    public string EndReason { get; set; } = "Completed";

    public string? EndMessage { get; set; }

    public int Restarts { get; set; }

    /// <summary>How often its image could not be pulled in a row.</summary>
    public int PullFailures { get; set; }

    /// <summary>The state of the run before, as the status shows it.</summary>
    public JsonObject? LastState { get; set; }

    /// <summary>Whether the startup probe has passed (or there is none).</summary>
    public bool Started { get; set; }

    public bool Ready { get; set; }

    /// <summary>When the running container ends by itself; null for never.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>When the next probe passes; null when all have.</summary>
    public DateTimeOffset? ProbeDue { get; set; }

    public string Id { get; set; } = "";

    public ContainerLog Log { get; set; } = new(time);

    /// <summary>The log of the run before.</summary>
    public ContainerLog? PreviousLog { get; set; }

    public bool HasSucceeded => Phase == ContainerPhase.Ended && ExitCode == 0;

    public string RuntimeId => "containerd://" + Id;

    /// <summary>The name as containerd writes it in full.</summary>
    public string FullImage => ImageName.Full(Image);

    /// <summary>The <c>terminated</c> state.</summary>
    public JsonObject Terminated()
    {
        var state = new JsonObject
        {
            ["exitCode"] = ExitCode,
            ["reason"] = EndReason,
            ["startedAt"] = StartedAt.Stamp(),
            ["finishedAt"] = FinishedAt.Stamp(),
            ["containerID"] = RuntimeId,
        };
        if (EndMessage is not null)
            state["message"] = EndMessage;
        return new JsonObject { ["terminated"] = state };
    }
}
