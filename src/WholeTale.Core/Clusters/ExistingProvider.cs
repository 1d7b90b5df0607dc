using System.Runtime.CompilerServices;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Clusters;

/// <summary>Clusters that exist already: any context of any kubeconfig. They are not ours to create or to delete.</summary>
public sealed class ExistingProvider : IClusterProvider
{
    /// <inheritdoc/>
    public string Name => "Existing";

    /// <inheritdoc/>
    public async Task<Cluster> CreateAsync(ClusterRequest request, IProgress<Report> progress, CancellationToken cancellationToken) =>
        await FindAsync(request.Name, request.Settings, cancellationToken)
        ?? throw new ClusterException(
            "ContextNotFound", FailureKind.NotFound, request.Name, $"No kubeconfig has a context '{request.Name}'.",
            "An existing cluster is not created: name one of its contexts (setting Existing.Context), or set KUBECONFIG or Existing.Kubeconfig.");

    /// <inheritdoc/>
    public async Task<Cluster?> FindAsync(string name, ResolvedSettings settings, CancellationToken cancellationToken)
    {
        var kubeconfig = Kubeconfig.Load(settings);
        var context = kubeconfig.Contexts.Contains(name, StringComparer.Ordinal) ? name
            : name == settings.Settings.ClusterName && settings.Settings.Existing.Context.Length > 0 ? settings.Settings.Existing.Context
            : null;
        return context is null ? null : await kubeconfig.DescribeAsync(context, settings, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Cluster> ListAsync(ResolvedSettings settings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var kubeconfig = Kubeconfig.Load(settings);
        foreach (var context in kubeconfig.Contexts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return kubeconfig.Describe(context, settings);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(Cluster cluster, bool force, IProgress<Report> progress, CancellationToken cancellationToken) => throw new ClusterException(
        "ClusterNotOurs", FailureKind.Refused, cluster.Name, $"The cluster {cluster.Name} was not made by this module and is not deleted.",
        "Remove Whole Tale from it with 'Remove-WholeTale', or delete the cluster with its own tools.");
}
