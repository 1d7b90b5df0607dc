using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>What a planner reads of a cluster, as it arrives: what needs only a part of it need not wait for the rest.</summary>
/// <param name="watch">What it reads with.</param>
/// <param name="types">All the kinds that it reads.</param>
/// <param name="version">The server's version.</param>
internal sealed class ClusterReading(NamespaceWatch watch, IReadOnlyList<ResourceType> types, Task<string> version)
{
    /// <summary>The cluster's objects, when those of one kind are known.</summary>
    internal async Task<LiveObjects> OfAsync(ResourceType type, CancellationToken cancellationToken)
    {
        await watch.ListAsync([type], cancellationToken);
        return watch.Live;
    }

    /// <summary>The cluster's objects, when all are known.</summary>
    internal async Task<LiveObjects> WholeAsync(CancellationToken cancellationToken)
    {
        await watch.ListAsync(types, cancellationToken);
        return watch.Live;
    }

    /// <summary>The server's version; null where it is unreadable.</summary>
    internal async Task<ServerVersion?> VersionAsync() => ServerVersion.Parse(await version);
}
