using System.Management.Automation;
using WholeTale.Core.Clusters;
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
/// <example>
///   <code>Get-WTTalePod wholetale -Status Failed, Pending</code>
///   <para>Lists the tales that do not run. With -Watch it goes on to tell of them as it happens, until it is stopped.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "WTTalePod")]
[OutputType(typeof(TalePod))]
public sealed class GetWTTalePodCommand : ClusterCommand
{
    private Func<string, bool>? isInstance;
    private Func<string, bool>? isTale;
    private Func<string, bool>? isUser;
    private Func<string, bool>? isStatus;

    /// <summary>Ids of instances. Wildcards are allowed. By default all.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public string[]? InstanceId { get; set; }

    /// <summary>Names of tales. Wildcards are allowed. By default all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Tale { get; set; }

    /// <summary>Logins of users. Wildcards are allowed. By default all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? User { get; set; }

    /// <summary>States: Pending, Running, Failed, Terminating; with -Watch also Removed. Wildcards are allowed. By default all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Status { get; set; }

    /// <summary>Goes on: writes each tale again whenever it changes, and a last time with the status Removed, until it is stopped.</summary>
    [Parameter]
    public SwitchParameter Watch { get; set; }

    /// <summary>Reads the token of each tale too, one request a tale; it stays a secret.</summary>
    [Parameter]
    public SwitchParameter IncludeToken { get; set; }

    /// <summary>Writes each tale's address with its token, for all to see who see the output.</summary>
    [Parameter]
    public SwitchParameter ShowToken { get; set; }

    /// <summary>Says of each tale when it was last used, by Girder's account: the property LastUsed.</summary>
    [Parameter]
    public SwitchParameter IncludeLastUse { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(pipeline, cancellationToken);
        await using var tales = new TalePods(cluster, pipeline.Report);
        if (Watch)
        {
            await foreach (var tale in tales.WatchAsync(cancellationToken))
            {
                if (IsWanted(tale))
                    pipeline.WriteObject(await CompleteAsync(tale, cluster, tales, cancellationToken));
            }
            return;
        }

        IReadOnlyList<TalePod> found = [.. (await tales.ListAsync(cancellationToken)).Where(IsWanted)];
        if (IncludeLastUse && found.Count > 0)
            found = await tales.ReadLastUseAsync(found, cancellationToken);
        foreach (var tale in found)
            pipeline.WriteObject(await CompleteAsync(tale, cluster, tales, cancellationToken));
    }

    private bool IsWanted(TalePod tale)
    {
        isInstance ??= Wildcards.Matching(InstanceId);
        isTale ??= Wildcards.Matching(Tale);
        isUser ??= Wildcards.Matching(User);
        isStatus ??= Wildcards.Matching(Status);
        return isInstance(tale.InstanceId) && isTale(tale.Tale) && isUser(tale.User) && isStatus(tale.Status);
    }

    private async Task<object> CompleteAsync(TalePod tale, Cluster cluster, TalePods tales, CancellationToken cancellationToken) =>
        TaleOutput.Of(IncludeToken || ShowToken ? await tales.ReadTokenAsync(tale, cancellationToken) : tale, cluster, ShowToken);
}
