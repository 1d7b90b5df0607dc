using WholeTale.Core.Clusters;

namespace WholeTale.Core.Girder;

/// <summary>Sets Girder up: administrator, assetstore, plugins, settings, images. Repeatable and resumable.</summary>
public static class GirderInitialization
{
    /// <summary>Waits for Girder, then reads, compares and writes only what differs.</summary>
    /// <exception cref="GirderException">A step failed; it says which.</exception>
    public static Task<GirderSetup> RunAsync(Cluster cluster, IProgress<Report> progress, CancellationToken cancellationToken) => throw new NotImplementedException();
}
