using System.Runtime.CompilerServices;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Clusters;

/// <summary>The providers at hand. Core brings its own; others are given.</summary>
public sealed class ClusterProviders(IReadOnlyList<IClusterProvider> providers)
{
    /// <summary>Core's own providers.</summary>
    public static IReadOnlyList<IClusterProvider> BuiltIn { get; } = [new SimulatorProvider(), new MinikubeProvider(), new ExistingProvider()];

    /// <summary>Their names, in order.</summary>
    public IReadOnlyList<string> Names { get; } = [.. providers.Select(provider => provider.Name)];

    /// <summary>Gives a provider by name; case does not count.</summary>
    /// <exception cref="ClusterException">There is none of that name.</exception>
    public IClusterProvider Get(string name) =>
        providers.FirstOrDefault(provider => string.Equals(provider.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ClusterException(
            "ProviderUnknown", FailureKind.InvalidInput, name, $"There is no cluster provider '{name}'.", $"Use one of {string.Join(", ", Names)}.");

    /// <summary>Finds a cluster by its exact name: at the provider that is named, else at the settings' own first and then at all others that need no set-up.</summary>
    /// <exception cref="ClusterException">There is none, or its provider cannot be asked.</exception>
    public async Task<Cluster> FindAsync(string name, string? provider, ResolvedSettings settings, CancellationToken cancellationToken)
    {
        if (provider is not null)
            return await Get(provider).FindAsync(name, settings, cancellationToken) ?? throw Missing(name, provider);
        var first = Get(settings.Settings.Provider);
        var others = providers.Where(other => other != first && other.Name is "Simulator" or "Existing");
        foreach (var candidate in others.Prepend(first).Distinct())
        {
            if (await candidate.FindAsync(name, settings, cancellationToken) is { } found)
                return found;
        }

        throw Missing(name, string.Join(", ", others.Prepend(first).Distinct().Select(candidate => candidate.Name)));
    }

    /// <summary>Lists clusters, of one provider or of all.</summary>
    public async IAsyncEnumerable<Cluster> ListAsync(string? provider, ResolvedSettings settings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var candidate in provider is null ? providers : [Get(provider)])
        {
            await foreach (var cluster in candidate.ListAsync(settings, cancellationToken))
                yield return cluster;
        }
    }

    private static ClusterException Missing(string name, string where) => new(
        "ClusterNotFound", FailureKind.NotFound, name, $"There is no cluster '{name}' (asked: {where}).", "See 'Get-WTCluster' for those there are, or create it with 'New-WTCluster'.");
}
