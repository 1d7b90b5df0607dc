using WholeTale.Core.Clusters;

namespace WholeTale.Core.Deployment;

/// <summary>A planned removal: only what the product made, by label and by inventory.</summary>
public sealed class Removal
{
    private Removal() => throw new NotImplementedException();

    /// <summary>What will be done, in one line for a confirmation.</summary>
    public string Summary => throw new NotImplementedException();

    /// <summary>Finds out what there is to remove.</summary>
    public static Task<Removal> PlanAsync(Cluster cluster, bool keepData, IProgress<Report> progress, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Deletes in reverse order of dependency and waits until everything is gone.</summary>
    public Task RunAsync(IProgress<Report> progress, CancellationToken cancellationToken) => throw new NotImplementedException();
}
