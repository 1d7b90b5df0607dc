using WholeTale.Core.Kubernetes;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Deployment;

/// <summary>Where a plan's manifests come from.</summary>
/// <param name="Usual">The kinds that they nearly always have: the cluster is asked for them while the draft is made.</param>
/// <param name="Draft">Makes manifests of the kinds that the plan will have; their values do not matter. What it finds wrong is told before anything that the cluster says.</param>
/// <param name="Render">Makes the manifests proper, while the cluster is read.</param>
internal sealed record ManifestSource(IReadOnlyList<ResourceType> Usual, Func<ManifestSet> Draft, Func<ClusterReading, CancellationToken, Task<ManifestSet>> Render)
{
    /// <summary>Manifests that are there already, and may be changed for what the cluster has.</summary>
    internal static ManifestSource Of(ManifestSet manifests, Func<LiveObjects, ManifestSet>? fit = null) => new(
        [], () => manifests, async (reading, cancellationToken) => fit is null ? manifests : fit(await reading.WholeAsync(cancellationToken)));
}
