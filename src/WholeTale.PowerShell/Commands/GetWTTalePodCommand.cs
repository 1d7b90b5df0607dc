using System.Management.Automation;
using WholeTale.Core.Tales;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;
using WholeTale.PowerShell.Tales;

namespace WholeTale.PowerShell.Commands;

/// <summary>Gets the tales that run on a cluster.</summary>
/// <example>
///   <code>Get-WTTalePod wholetale</code>
///   <para>Lists all tales.</para>
/// </example>
/// <example>
///   <code>Get-WTTalePod wholetale -User ada* | Remove-WTTalePod -WhatIf</code>
///   <para>Says which tales of some users would be removed.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "WTTalePod")]
[OutputType(typeof(TalePod))]
public sealed class GetWTTalePodCommand : ClusterCommand
{
    /// <summary>Ids of instances. Wildcards are allowed. By default all.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    public string[]? InstanceId { get; set; }

    /// <summary>Names of tales. Wildcards are allowed. By default all.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[]? Tale { get; set; }

    /// <summary>Logins of users. Wildcards are allowed. By default all.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[]? User { get; set; }

    /// <summary>Reads the token of each tale too, one request a tale; it stays a secret.</summary>
    [Parameter]
    public SwitchParameter IncludeToken { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(pipeline, cancellationToken);
        await using var tales = new TalePods(cluster, pipeline.Report);
        var (isInstance, isTale, isUser) = (Wildcards.Matching(InstanceId), Wildcards.Matching(Tale), Wildcards.Matching(User));
        foreach (var tale in await tales.ListAsync(cancellationToken))
        {
            if (isInstance(tale.InstanceId) && isTale(tale.Tale) && isUser(tale.User))
                pipeline.WriteObject(TaleOutput.Of(IncludeToken ? await tales.ReadTokenAsync(tale, cancellationToken) : tale, cluster));
        }
    }
}
