using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Backends;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Kubelet;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Streams;

/// <summary>Serves what a kubelet would: logs, exec, attach and port-forward.</summary>
internal sealed class PodStreams(World world, Kubelets pods, PodConnections connections)
{
    public void Connect(KubernetesApi api)
    {
        api.Connect("pods", "log", new LogStream(world, pods).ServeAsync);
        api.Connect("pods", "exec", Kubelet(new ExecStream(world, pods).ServeAsync));
        api.Connect("pods", "attach", Kubelet(new AttachStream(pods).ServeAsync));
        api.Connect("pods", "portforward", new PortForwardStream(world, connections).ServeAsync);
    }

    /// <summary>The container that a request means (pkg/registry/core/pod, LogLocation and streamLocation).</summary>
    /// <exception cref="ApiStatusException">There is none, or more than one.</exception>
    public static (PodFacts Pod, string Container) Target(StoredObject? target, string? container)
    {
        var pod = PodFacts.Of(target!);
        var names = pod.Content["spec"].Items("containers").Select(item => item["name"].Text()!).ToList();
        var initNames = pod.Content["spec"].Items("initContainers").Select(item => item["name"].Text()!).ToList();
        if (string.IsNullOrEmpty(container))
        {
            if (names.Count == 1)
                return (pod, names[0]);
            var init = initNames.Count > 0 ? $" or one of the init containers: [{string.Join(' ', initNames)}]" : "";
            throw ApiStatusException.BadRequest($"a container name must be specified for pod {pod.Name}, choose one of: [{string.Join(' ', names)}]{init}");
        }

        return names.Contains(container) || initNames.Contains(container) || pod.Content["spec"].Items("ephemeralContainers").Any(item => item["name"].Text() == container)
            ? (pod, container)
            : throw ApiStatusException.BadRequest($"container {container} is not valid for pod {pod.Name}");
    }

    /// <summary>The running container that a request means.</summary>
    /// <exception cref="ApiStatusException">The API server refuses.</exception>
    /// <exception cref="KubeletRefusal">The container does not run.</exception>
    public static (PodFacts Pod, PodRun Run, ContainerRun Container) Running(Kubelets pods, StoredObject? target, string? name)
    {
        var (pod, container) = Target(target, name);
        if (pod.Node is null)
            throw ApiStatusException.BadRequest($"pod {pod.Name} does not have a host assigned");
        if (pod.HasEnded)
        {
            throw new ApiStatusException(
                500, "InternalError", $"cannot exec into a container in a completed pod; current phase is {pod.Phase}");
        }

        if (pods.Find(pod.Stored.Uid) is { } run && run.Find(container) is { Phase: ContainerPhase.Running } found)
            return (pod, run, found);
        throw new KubeletRefusal($"container not found (\"{container}\")");
    }

    /// <summary>What a program in the container sees.</summary>
    public static ShellContext Context(World world, PodFacts pod, PodRun run, ContainerRun container, byte[] input) => new()
    {
        Environment = Mounts.Environment(world, pod.Content, container.Spec),
        Input = input,
        HostName = pod.Content["spec"]?["hostname"].Text() ?? pod.Name,
        WorkingDirectory = container.Spec["workingDir"].Text() ?? "/",
        Now = world.Time.GetUtcNow(),
        Disk = run.Files,
        Container = container.Name,
        Mounted = path => Mounts.File(world, pod.Content, container.Spec, path),
    };

    // A kubelet's refusal comes through the API server's proxy as it is: plain text.
    private static ConnectHandler Kubelet(ConnectHandler serve) => async (context, request, target) =>
    {
        try
        {
            await serve(context, request, target);
        }
        catch (KubeletRefusal refusal) when (!context.Response.HasStarted)
        {
            await context.WriteTextAsync(StatusCodes.Status500InternalServerError, refusal.Message + "\n");
        }
    };
}
