using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Kubelet;

/// <summary>The state of one pod on its simulated node.</summary>
internal sealed class PodRun
{
    public PodRun(StoredObject stored, JsonObject content, string address, DateTimeOffset now, TimeProvider time)
    {
        Uid = stored.Uid;
        Key = stored.Key;
        Address = address;
        StartTime = now;
        InitContainers = [.. content["spec"].Items("initContainers").Select(spec => new ContainerRun(spec.DeepClone().AsObject(), true, time))];
        Containers = [.. content["spec"].Items("containers").Select(spec => new ContainerRun(spec.DeepClone().AsObject(), false, time))];
    }

    public string Uid { get; }

    public ObjectKey Key { get; }

    public string Address { get; }

    public DateTimeOffset StartTime { get; }

    public IReadOnlyList<ContainerRun> InitContainers { get; }

    public IReadOnlyList<ContainerRun> Containers { get; }

    /// <summary>Those that were put into the running pod, in the order in which they came.</summary>
    public List<ContainerRun> EphemeralContainers { get; } = [];

    /// <summary>All of them.</summary>
    public IEnumerable<ContainerRun> All => Containers.Concat(InitContainers).Concat(EphemeralContainers);

    /// <summary>When the containers have ended after a deletion; null while nobody has deleted the pod.</summary>
    public DateTimeOffset? StopsAt { get; set; }

    /// <summary>A volume that cannot be mounted; the pod's containers wait for it.</summary>
    public string? MountProblem { get; set; }

    /// <summary>Why the whole pod failed, e.g. <c>DeadlineExceeded</c>.</summary>
    public string? FailedReason { get; set; }

    public string? FailedMessage { get; set; }

    /// <summary>What exec has written to the containers' disks, which starts empty.</summary>
    public ContainerFiles Files { get; } = new();

    public ContainerRun? Find(string name) =>
        All.FirstOrDefault(container => container.Name == name);
}
