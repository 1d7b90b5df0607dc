using System.Runtime.CompilerServices;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Clusters;

/// <summary>Clusters that exist already: any context of any kubeconfig, and inside a pod its own cluster. They are not ours to create or to delete.</summary>
public sealed class ExistingProvider : IClusterProvider
{
    /// <inheritdoc/>
    public string Name => "Existing";

    /// <inheritdoc/>
    public async Task<Cluster> CreateAsync(ClusterRequest request, IProgress<Report> progress, CancellationToken cancellationToken)
    {
        var kubeconfig = Kubeconfig.Load(request.Settings);
        var context = Choose(kubeconfig, request.Name, request.Settings) ?? throw Missing(request.Name, kubeconfig);
        var meant = request.Settings.Settings.Existing.Context;
        if (meant.Length > 0 && context != meant)
            progress.Report(new WarningReport($"The context '{context}' is not the one that the settings name ('{meant}'). Check that it is the cluster that you mean."));
        return await kubeconfig.DescribeAsync(context, request.Settings, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Cluster?> FindAsync(string name, ResolvedSettings settings, CancellationToken cancellationToken)
    {
        var kubeconfig = Kubeconfig.Load(settings);
        // Where the settings name another provider, the settings' cluster is not whatever context happens to be current.
        var context = settings.Settings.Provider == Name ? Choose(kubeconfig, name, settings)
            : kubeconfig.Contexts.Contains(name, StringComparer.Ordinal) ? name
            : null;
        if (context is null)
            return null;
        try
        {
            return await kubeconfig.DescribeAsync(context, settings, cancellationToken);
        }
        catch (ApiException exception) when (exception.Kind == FailureKind.Unreachable)
        {
            // It is there, and whoever works with it hears from its first request why it does not answer.
            return kubeconfig.Describe(context, settings) with { Status = ClusterStatus.Unreachable, Connection = kubeconfig.Connect(context) };
        }
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

    // A context's name; or the settings' cluster, which is the context that they name, else the current one.
    private static string? Choose(Kubeconfig kubeconfig, string name, ResolvedSettings settings)
    {
        if (kubeconfig.Contexts.Contains(name, StringComparer.Ordinal))
            return name;
        var meant = settings.Settings.Existing.Context.Length > 0 ? settings.Settings.Existing.Context : kubeconfig.CurrentContext;
        return name == settings.Settings.ClusterName && kubeconfig.Contexts.Contains(meant, StringComparer.Ordinal) ? meant : null;
    }

    private static ClusterException Missing(string name, Kubeconfig kubeconfig)
    {
        var near = Spelling.Suggest(name, kubeconfig.Contexts);
        return new ClusterException(
            "ContextNotFound", FailureKind.NotFound, name, $"No kubeconfig has a context '{name}'.{(near.Length > 0 ? " " + near : "")}",
            "An existing cluster is not created: name one of its contexts (setting Existing.Context), or set KUBECONFIG or Existing.Kubeconfig.");
    }
}
