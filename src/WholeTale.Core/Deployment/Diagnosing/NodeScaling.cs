using WholeTale.Core.Clusters;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment.Diagnosing;

/// <summary>Finds out whether a cluster adds nodes of its own accord, so that a pod without room may be waiting for one.</summary>
internal static class NodeScaling
{
    /// <summary>How long an autoscaler is given to say whether a node comes: cluster-autoscaler looks every 10 s (--scan-interval), and may be busy with what it found before.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // cluster-autoscaler's --status-config-map-name; its home is kube-system everywhere where others run it (GKE, EKS add-ons, AKS).
    private static readonly ObjectReference Status = new(ResourceTypes.ConfigMap, "kube-system", "cluster-autoscaler-status");
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(1);

    /// <summary>Asks who knows: the provider, else the cluster, for its autoscaler's status and for Karpenter's API. What may not be read counts as not there; what is not answered in time, as there.</summary>
    internal static async Task<bool> IsThereAsync(Cluster cluster, ApiClient client, CancellationToken cancellationToken)
    {
        if (cluster.AddsNodes is { } known)
            return known;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Enough);
        var answers = await Task.WhenAll(
            AskAsync(async () => await client.FindAsync(Status, patience.Token) is not null), AskAsync(() => client.IsServedAsync("karpenter.sh/v1", "NodePool", patience.Token)));
        return answers.Contains(true);

        async Task<bool> AskAsync(Func<Task<bool>> question)
        {
            try
            {
                return await question();
            }
            catch (ApiException exception) when (exception.Kind != FailureKind.Unreachable)
            {
                return false;
            }
            catch (Exception exception) when (exception is ApiException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // A server that is this busy has an autoscaler wait, too.
                return true;
            }
        }
    }
}
