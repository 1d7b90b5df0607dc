using WholeTale.Core.Clusters;

namespace WholeTale.Core.Tales;

/// <summary>A tale's life on a cluster.</summary>
public sealed class TalePods
{
    /// <summary>The tales of a cluster. Shares one watch among all launches.</summary>
    public TalePods(Cluster cluster, IProgress<Report> progress) => throw new NotImplementedException();

    /// <summary>Starts a tale and returns it when it is ready; what a failed launch made is removed.</summary>
    public Task<TalePod> LaunchAsync(TaleRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Lists the tales that run.</summary>
    public Task<IReadOnlyList<TalePod>> ListAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Removes a tale and waits until it is gone.</summary>
    public Task RemoveAsync(TalePod tale, bool keepVolume, CancellationToken cancellationToken) => throw new NotImplementedException();
}
