using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using WholeTale.Core.Clusters;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Tales;

namespace WholeTale.Core.Pods;

/// <summary>The platform's pods on a cluster: their logs, and commands in them.</summary>
public sealed class PlatformPods
{
    private readonly Cluster cluster;
    private readonly ApiClient api;

    /// <summary>The pods of a cluster that can be reached.</summary>
    public PlatformPods(Cluster cluster, IProgress<Report> progress)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        this.cluster = cluster;
        api = PlatformDeployment.Connect(cluster, progress);
    }

    /// <summary>Finds containers; initialising ones are found only by name.</summary>
    /// <param name="isComponent">Whether a component is wanted.</param>
    /// <param name="isPod">Whether a pod is wanted.</param>
    /// <param name="container">The container's name; null for all.</param>
    /// <param name="isInstance">Whether a tale's instance is wanted; null where tales are not asked for as such.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PodException">There is none.</exception>
    public async Task<IReadOnlyList<PodContainer>> FindAsync(
        Func<string, bool> isComponent, Func<string, bool> isPod, string? container, Func<string, bool>? isInstance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(isComponent);
        ArgumentNullException.ThrowIfNull(isPod);
        var pods = (await api.ListAsync(ResourceTypes.Pod, cluster.Namespace, isInstance is null ? Labels.Ours : TaleWatch.Selector, cancellationToken)).Items;
        var wanted = pods.Where(pod => isComponent(Labels.OfComponent(pod)) && isPod(pod.Name()) && isInstance?.Invoke(TaleReading.InstanceOf(pod)) != false).ToList();
        if (wanted.Count == 0)
        {
            if (isInstance is not null)
            {
                throw new PodException(
                    "PodNotFound", FailureKind.NotFound, cluster.Namespace, $"There is no pod of such a tale in the namespace {cluster.Namespace} of {cluster.Name}.",
                    $"See 'Get-WTTalePod {cluster.Name}' for those that run.");
            }

            throw new PodException(
                "PodNotFound", FailureKind.NotFound, cluster.Namespace, $"There is no such pod of Whole Tale in the namespace {cluster.Namespace} of {cluster.Name}.",
                pods.Count == 0 ? "Deploy it with 'Deploy-WholeTale'." : $"Choose one of the components {string.Join(", ", pods.Select(Labels.OfComponent).Distinct().Order(StringComparer.Ordinal))}.");
        }

        var containers = wanted.SelectMany(pod => Containers(pod, container)).ToList();
        return containers.Count > 0 ? containers : throw new PodException(
            "ContainerNotFound", FailureKind.NotFound, container, $"None of {string.Join(", ", wanted.Select(pod => pod.Name()))} has a container '{container}'.",
            $"Choose one of {string.Join(", ", wanted.SelectMany(pod => Containers(pod, null)).Select(found => found.Container).Distinct())}.");
    }

    /// <summary>Reads a container's log, line by line.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public async IAsyncEnumerable<string> ReadLogAsync(PodContainer container, LogOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(options);
        await using var stream = await api.OpenLogAsync(container.Namespace, container.Pod, options with { Container = container.Container }, cancellationToken);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
            yield return line;
    }

    /// <summary>Runs a command in a container and tells what it writes, line by line.</summary>
    /// <param name="container">The container.</param>
    /// <param name="command">The program and its arguments; no shell is between.</param>
    /// <param name="input">What it reads; null for nothing.</param>
    /// <param name="output">Takes the lines of its output.</param>
    /// <param name="error">Takes the lines of its error output.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public async Task<int> RunAsync(
        PodContainer container, IReadOnlyList<string> command, Stream? input, Action<string> output, Action<string> error, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(container);
        await using var outputLines = new LineStream(output);
        await using var errorLines = new LineStream(error);
        return await api.ExecuteAsync(container.Namespace, container.Pod, container.Container, command, input, outputLines, errorLines, terminal: false, cancellationToken);
    }

    /// <summary>Runs a command in a container on a terminal, as a person talks with it.</summary>
    /// <param name="container">The container.</param>
    /// <param name="command">The program and its arguments; no shell is between.</param>
    /// <param name="terminal">The terminal.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    public Task<int> TalkAsync(PodContainer container, IReadOnlyList<string> command, ITerminal terminal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(terminal);
        return api.ExecuteAsync(container.Namespace, container.Pod, container.Container, command, terminal, cancellationToken);
    }

    private static IEnumerable<PodContainer> Containers(JsonObject pod, string? name)
    {
        var states = pod.Items("status", "containerStatuses").ToLookup(status => status.Text("name"), status => status.At("state", "running") is not null);
        return new[] { "containers", "initContainers" }
            .Where(list => name is not null || list == "containers")
            .SelectMany(list => pod.Items("spec", list))
            .Select(container => container.Text("name"))
            .Where(found => name is null || found == name)
            .Select(found => new PodContainer(pod.Namespace(), pod.Name(), found, Labels.OfComponent(pod), states[found].Any(running => running)));
    }
}
