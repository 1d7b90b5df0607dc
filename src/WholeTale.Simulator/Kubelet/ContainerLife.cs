using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Kubelet;

/// <summary>What a container does once it is started.</summary>
/// <param name="Lasts">How long it runs; null for ever.</param>
/// <param name="ExitCode">The code it ends with.</param>
/// <param name="Output">What it writes to its log.</param>
internal sealed record ContainerLife(TimeSpan? Lasts, int ExitCode, string Output)
{
    private static readonly string[] _bare = ["busybox", "alpine", "debian", "ubuntu", "bash"];

    /// <summary>
    /// A command of the few that the shell knows does what it says; any other works for ever, but in a Job or as an init container, which
    /// are made to end.
    /// </summary>
    public static ContainerLife Of(World world, JsonObject pod, ContainerRun container)
    {
        var command = Command(container);
        if (command.Count > 0 && Shell.Knows(command))
        {
            var result = Shell.Run(command, new ShellContext
            {
                Environment = Mounts.Environment(world, pod, container.Spec),
                HostName = pod["metadata"]?["name"].Text() ?? "",
                Now = world.Time.GetUtcNow(),
                Mounted = path => Mounts.File(world, pod, container.Spec, path),
            });
            var output = Encoding.UTF8.GetString(result.Output) + result.Error;
            return result.Took == Timeout.InfiniteTimeSpan
                ? new ContainerLife(null, 0, output)
                : new ContainerLife(result.Took + world.Delays.Work, result.ExitCode, output);
        }

        var about = $"simulated container {container.Name} of image {container.Image}: no container runs here";
        var ends = container.IsInit || pod["metadata"].Items("ownerReferences").Any(owner => owner["kind"].Text() == "Job");
        return ends ? new ContainerLife(world.Delays.Work, 0, about + "\ndone") : new ContainerLife(null, 0, about + "\nready");
    }

    private static List<string> Command(ContainerRun container)
    {
        List<string> command = [.. container.Spec.Texts("command")];
        List<string> arguments = [.. container.Spec.Texts("args")];
        if (command.Count > 0)
            return [.. command, .. arguments];
        // Images that are a bare system have no entry point of their own: the arguments are the command, and without any, a shell that ends.
        var name = ImageName.Full(container.Image);
        var bare = _bare.Any(system => name.Contains($"/{system}:", StringComparison.Ordinal));
        return bare ? (arguments.Count > 0 ? arguments : ["true"]) : [];
    }
}
