using System.Management.Automation;
using WholeTale.Core;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Gets clusters: simulated ones, those of a kubeconfig, and those of a cloud.</summary>
/// <remarks>A cluster that is asked for by its exact name is an error when it is not there. A listing passes over providers that are not set up; -Verbose tells which.</remarks>
/// <example>
///   <code>Get-WTCluster</code>
///   <para>Lists all clusters that can be found.</para>
/// </example>
/// <example>
///   <code>Get-WTCluster wholetale-* -Provider Simulator | Remove-WTCluster -WhatIf</code>
///   <para>Says which simulated clusters would be deleted.</para>
/// </example>
/// <example>
///   <code>Get-WTCluster wholetale -Wait</code>
///   <para>Waits for a cluster that 'New-WTCluster -NoWait' began, and returns it when it runs.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "WTCluster")]
[OutputType(typeof(Cluster))]
public sealed class GetWTClusterCommand : SettingsCommand
{
    private ResolvedSettings settings = null!;

    /// <summary>Names of clusters. Wildcards are allowed. By default all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>The provider to ask: Simulator, Existing, Gke or Minikube. By default all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProviderNameCompleter))]
    public string? Provider { get; set; }

    /// <summary>Waits until nothing is under way on a cluster any more at its provider: creation, a change, deletion. One that is gone by then is not returned.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <inheritdoc/>
    protected override Task BeginProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        settings = ResolveSettings(pipeline);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var exact = Name?.Where(name => !WildcardPattern.ContainsWildcardCharacters(name)).ToList() ?? [];
        foreach (var name in exact)
            await FindAsync(name, pipeline, cancellationToken);
        var patterns = Name?.Except(exact).ToList();
        if (patterns is null or { Count: > 0 })
            await ListAsync(Wildcards.Matching(patterns), pipeline, cancellationToken);
    }

    private async Task FindAsync(string name, Pipeline pipeline, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(await Providers.All.FindAsync(name, Provider, settings, cancellationToken), pipeline, cancellationToken);
        }
        catch (WholeTaleException exception)
        {
            // The other names are asked for all the same.
            pipeline.WriteError(exception);
        }
    }

    private async Task ListAsync(Func<string, bool> isWanted, Pipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (var provider in Provider is null ? Providers.All.Names : [Provider])
        {
            try
            {
                await foreach (var cluster in Providers.All.ListAsync(provider, settings, cancellationToken))
                {
                    if (isWanted(cluster.Name))
                        await WriteAsync(cluster, pipeline, cancellationToken);
                }
            }
            catch (WholeTaleException exception) when (Provider is null && !string.Equals(provider, settings.Settings.Provider, StringComparison.OrdinalIgnoreCase))
            {
                pipeline.WriteVerbose($"The provider {provider} was passed over: {exception.Message}");
            }
        }
    }

    private async Task WriteAsync(Cluster cluster, Pipeline pipeline, CancellationToken cancellationToken)
    {
        var settled = Wait && Providers.All.Get(cluster.Provider) is IManagedClusterProvider provider
            ? await provider.WaitAsync(cluster, pipeline.Report, cancellationToken)
            : cluster;
        if (settled is not null)
            pipeline.WriteObject(settled);
    }
}
