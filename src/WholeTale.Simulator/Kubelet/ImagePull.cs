using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Kubelet;

/// <summary>Gets a container's image onto its node, or does not (pkg/kubelet/images).</summary>
internal sealed class ImagePull(World world)
{
    private readonly ConcurrentDictionary<(string Node, string Image), byte> _present = new();

    public void Advance(StoredObject stored, JsonObject content, ContainerRun container, DateTimeOffset now)
    {
        var node = content["spec"]?["nodeName"].Text() ?? "";
        switch (container.Phase)
        {
            case ContainerPhase.Pulling:
                Finish(stored, container, node, now);
                break;
            case ContainerPhase.PullFailed when container.WaitReason == "ErrImagePull":
                container.WaitReason = "ImagePullBackOff";
                container.WaitMessage = $"Back-off pulling image \"{container.Image}\"";
                world.Tell(stored, "kubelet", "Normal", "BackOff", container.WaitMessage, node, container.Part);
                world.Tell(stored, "kubelet", "Warning", "Failed", "Error: ImagePullBackOff", node, container.Part);
                container.Due = now + world.Delays.Backoff(container.PullFailures);
                break;
            default:
                Begin(stored, container, node, now);
                break;
        }
    }

    private void Begin(StoredObject stored, ContainerRun container, string node, DateTimeOffset now)
    {
        var image = container.Image;
        if (!ImageName.IsValid(image))
        {
            var message = $"Failed to apply default image tag \"{image}\": couldn't parse image reference \"{image}\": invalid reference format";
            world.Tell(stored, "kubelet", "Warning", "InspectFailed", message, node, container.Part);
            world.Tell(stored, "kubelet", "Warning", "Failed", "Error: InvalidImageName", node, container.Part);
            container.Phase = ContainerPhase.PullFailed;
            container.WaitReason = "InvalidImageName";
            container.WaitMessage = message;
            container.Due = now + world.Delays.Backoff(++container.PullFailures);
            return;
        }

        var policy = container.Spec["imagePullPolicy"].Text() ?? (ImageName.Full(image).EndsWith(":latest", StringComparison.Ordinal) ? "Always" : "IfNotPresent");
        var present = _present.ContainsKey((node, ImageName.Full(image)));
        if (present && policy != "Always")
        {
            world.Tell(stored, "kubelet", "Normal", "Pulled", $"Container image \"{image}\" already present on machine", node, container.Part);
            Proceed(container, now);
        }
        else if (policy == "Never")
        {
            container.Phase = ContainerPhase.PullFailed;
            container.WaitReason = "ErrImageNeverPull";
            container.WaitMessage = $"Container image \"{image}\" is not present with pull policy of Never";
            world.Tell(stored, "kubelet", "Warning", "ErrImageNeverPull", container.WaitMessage, node, container.Part);
            container.Due = now + world.Delays.Backoff(++container.PullFailures);
        }
        else
        {
            world.Tell(stored, "kubelet", "Normal", "Pulling", $"Pulling image \"{image}\"", node, container.Part);
            container.Phase = ContainerPhase.Pulling;
            container.PullStarted = now;
            container.Due = now + (present ? TimeSpan.Zero : world.Delays.Pull(image));
        }
    }

    private void Finish(StoredObject stored, ContainerRun container, string node, DateTimeOffset now)
    {
        var image = container.Image;
        if (Failure(stored, container) is { } failure)
        {
            container.Phase = ContainerPhase.PullFailed;
            container.WaitReason = "ErrImagePull";
            container.WaitMessage = failure;
            container.PullFailures++;
            world.Tell(stored, "kubelet", "Warning", "Failed", $"Failed to pull image \"{image}\": {failure}", node, container.Part);
            world.Tell(stored, "kubelet", "Warning", "Failed", "Error: ErrImagePull", node, container.Part);
            container.Due = world.Delays.Realistic ? now.AddSeconds(1) : now;
            return;
        }

        _present[(node, ImageName.Full(image))] = 0;
        var took = Duration(now - container.PullStarted);
        world.Tell(stored, "kubelet", "Normal", "Pulled", $"Successfully pulled image \"{image}\" in {took} ({took} including waiting)", node, container.Part);
        Proceed(container, now);
    }

    private void Proceed(ContainerRun container, DateTimeOffset now)
    {
        container.Phase = ContainerPhase.Creating;
        container.PullFailures = 0;
        container.Due = now + world.Delays.Start;
    }

    private string? Failure(StoredObject stored, ContainerRun container)
    {
        var full = ImageName.Full(container.Image);
        var prefix = $"rpc error: code = Unknown desc = failed to pull and unpack image \"{full}\": failed to resolve reference \"{full}\": ";
        var registry = ImageName.Registry(container.Image);
        // RFC 2606: no such host can ever exist.
        if (registry.EndsWith(".invalid", StringComparison.Ordinal))
            return $"{prefix}failed to do request: Head \"https://{registry}/v2/\": dial tcp: lookup {registry}: no such host";
        var rule = world.Faults.IsEmpty ? null : world.Faults.Strike(new FaultEvent("image")
        {
            Namespace = stored.Namespace,
            Name = stored.Name,
            Image = container.Image,
            Container = container.Name,
        });
        return rule is null ? null : rule.Message ?? $"{prefix}{full}: not found";
    }

    // Go prints durations so: 1.234567s, 345.6ms.
    private static string Duration(TimeSpan time) => time.TotalSeconds >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.######}s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.######}ms");
}
