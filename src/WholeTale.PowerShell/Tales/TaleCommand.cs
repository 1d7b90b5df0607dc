using System.Management.Automation;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Tales;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Tales;

/// <summary>The parameters that say with which tales a command works: objects from the pipeline, or a cluster and ids.</summary>
public abstract class TaleCommand : AsyncCommand
{
    private const string ByObject = "Tale";
    private const string ById = "InstanceId";

    /// <summary>The tales, as Get-WTTalePod and New-WTTalePod give them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    [ValidateNotNull]
    public TalePod TalePod { get; set; } = null!;

    /// <summary>The cluster, as an object or by its name. Tales from the pipeline know theirs.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByObject)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ById)]
    [ValidateNotNull]
    [ClusterName]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public Cluster Cluster { get; set; } = null!;

    /// <summary>Ids of instances. Wildcards are allowed: * stands for all tales.</summary>
    [Parameter(Position = 1, ParameterSetName = ById)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public string[] InstanceId { get; set; } = [];

    /// <summary>How many tales are worked on at once.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = 32;

    private protected TaleWork Work { get; private set; } = null!;

    /// <inheritdoc/>
    protected sealed override Task BeginProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        Work = new TaleWork(ThrottleLimit);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected sealed override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = Providers.RequireConnection(
            Cluster.Connection is not null
                ? Cluster
                : await Providers.FindAsync(Cluster, Cluster.Settings ?? SettingsSource.Find(pipeline.CurrentFolder).Resolve(), cancellationToken));
        var tales = Work.On(cluster, pipeline);
        IReadOnlyList<TalePod> found = ParameterSetName == ByObject ? [TalePod] : await FindAsync(tales, cluster, pipeline, cancellationToken);
        foreach (var tale in await SelectAsync(found, tales, cancellationToken))
            await ProcessTaleAsync(tale, cluster, tales, pipeline, cancellationToken);
    }

    /// <inheritdoc/>
    protected sealed override Task EndProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken) => Work.FinishAsync();

    /// <summary>Whether the command says by other parameters which tales it means, so that no ids are needed.</summary>
    private protected virtual bool SelectsByItself => false;

    /// <summary>Leaves out what the command is not to work on.</summary>
    private protected virtual Task<IReadOnlyList<TalePod>> SelectAsync(IReadOnlyList<TalePod> found, TalePods tales, CancellationToken cancellationToken) => Task.FromResult(found);

    /// <summary>Begins the work on one tale.</summary>
    private protected abstract Task ProcessTaleAsync(TalePod tale, Cluster cluster, TalePods tales, Pipeline pipeline, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Work?.Dispose();
        base.Dispose(disposing);
    }

    private async Task<List<TalePod>> FindAsync(TalePods tales, Cluster cluster, Pipeline pipeline, CancellationToken cancellationToken)
    {
        if (InstanceId.Length == 0 && !SelectsByItself)
        {
            throw new TaleException(
                "TalesNotNamed", FailureKind.InvalidInput, cluster.Name, $"It was not said which tales of {cluster.Name} are meant.",
                "Give -InstanceId (* for all tales), or pipe tales from Get-WTTalePod.");
        }
        var all = await tales.ListAsync(cancellationToken);
        if (InstanceId.Length == 0)
            return [.. all];
        var found = new List<TalePod>();
        foreach (var id in InstanceId)
        {
            var matching = all.Where(tale => Wildcards.Matching([id])(tale.InstanceId)).ToList();
            found.AddRange(matching);
            if (matching.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(id))
            {
                pipeline.WriteError(new TaleException(
                    "TaleNotFound", FailureKind.NotFound, id, $"There is no tale with the instance id '{id}' on {cluster.Name}.", "See 'Get-WTTalePod' for those that run."));
            }
        }
        return [.. found.Distinct()];
    }
}
