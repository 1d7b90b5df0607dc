using System.Management.Automation;
using WholeTale.Core.Clusters;
using WholeTale.Core.Configuration;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Creates a cluster, or returns the running one of that name as it is.</summary>
/// <remarks>What the cluster is like stands in the settings, in the table of its provider. Repeating the command changes nothing. When creation fails, nothing half-made is left.</remarks>
/// <example>
///   <code>New-WTCluster -Provider Simulator | Deploy-WholeTale</code>
///   <para>Starts a simulated cluster (a process on this machine; no container runs in it) and deploys the platform onto it.</para>
/// </example>
/// <example>
///   <code>New-WTCluster wholetale-dev -Setting @{ 'Simulator.NodeCount' = 5 } -WhatIf</code>
///   <para>Says what would be created.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "WTCluster", SupportsShouldProcess = true)]
[OutputType(typeof(Cluster))]
public sealed class NewWTClusterCommand : SettingsCommand
{
    private ResolvedSettings settings = null!;

    /// <summary>The cluster's name. By default the setting ClusterName.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>What runs the cluster: Simulator, Existing, Gke or Minikube. By default the setting Provider.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProviderNameCompleter))]
    public string? Provider { get; set; }

    /// <summary>Repairs or replaces a cluster of that name that is in error.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns as soon as the provider has begun.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <inheritdoc/>
    protected override Task BeginProcessingAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        settings = ResolveSettings(pipeline);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var provider = Providers.All.Get(Provider ?? settings.Settings.Provider);
        var request = new ClusterRequest { Name = Name ?? settings.Settings.ClusterName, Settings = settings, Force = Force, NoWait = NoWait };
        if (!pipeline.ShouldProcess(request.Name, $"Create a cluster with the provider {provider.Name}"))
            return;
        pipeline.WriteObject(await provider.CreateAsync(request, pipeline.Report, cancellationToken));
    }
}
