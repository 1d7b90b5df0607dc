using WholeTale.Core.Clusters;

namespace WholeTale.Core.Deployment;

/// <summary>A planned deploy: complete and valid before the first write request.</summary>
public sealed class PlatformDeployment
{
    private PlatformDeployment() => throw new NotImplementedException();

    /// <summary>What will be done, in one line for a confirmation.</summary>
    public string Summary => throw new NotImplementedException();

    /// <summary>Renders and checks everything, reads what the cluster keeps, and contacts nothing before the settings have passed.</summary>
    public static Task<PlatformDeployment> PlanAsync(Cluster cluster, DeployOptions options, IProgress<Report> progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Applies, waits, sets Girder up and records the revision.</summary>
    /// <exception cref="NotReadyException">A component failed; the exception says which and why.</exception>
    public Task<Deployment> RunAsync(IProgress<Report> progress, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads the state of the platform on a cluster.</summary>
    public static Task<Deployment> GetAsync(Cluster cluster, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>What a caller of a deploy chooses.</summary>
public sealed record DeployOptions
{
    /// <summary>Only these components and what they need; empty for all.</summary>
    public IReadOnlyList<string> Components { get; init; } = [];

    /// <summary>Takes fields over from other managers.</summary>
    public bool Force { get; init; }

    /// <summary>Recreates objects whose change the server forbids; never such as hold data.</summary>
    public bool Recreate { get; init; }

    /// <summary>Returns once everything is applied.</summary>
    public bool NoWait { get; init; }

    /// <summary>Leaves Girder's set-up out.</summary>
    public bool SkipGirderSetup { get; init; }

    /// <summary>Goes back to the last good revision on failure.</summary>
    public bool Atomic { get; init; }

    /// <summary>Deletes claims too that the plan no longer has.</summary>
    public bool PruneData { get; init; }
}
