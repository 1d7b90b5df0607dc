using System.Management.Automation;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Pods;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Gets the logs of the platform's pods, and of the tales'.</summary>
/// <remarks>Where several containers are read, each line begins with pod and container.</remarks>
/// <example>
///   <code>Get-WTLog wholetale -Component girder -Tail 20</code>
///   <para>Gets the last lines of Girder's log.</para>
/// </example>
/// <example>
///   <code>Get-WTLog wholetale -Component worker -Since 00:10:00</code>
///   <para>Gets what the worker and its builder wrote in the last ten minutes. With -Follow the command goes on until it is stopped.</para>
/// </example>
/// <example>
///   <code>Get-WTTalePod wholetale | Get-WTLog -Cluster wholetale -Container main -Tail 5</code>
///   <para>Gets the last lines that each tale wrote. One tale's log comes by its id: Get-WTLog wholetale -InstanceId 5c4887409759c200017b2316.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "WTLog")]
[OutputType(typeof(string))]
public sealed class GetWTLogCommand : ClusterCommand
{
    /// <summary>Components whose logs are wanted. Wildcards are allowed. By default all.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ComponentNameCompleter))]
    public string[]? Component { get; set; }

    /// <summary>Names of pods. Wildcards are allowed. By default all of the components.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateCount(1, int.MaxValue)]
    [SupportsWildcards]
    public string[]? Pod { get; set; }

    /// <summary>Ids of tales' instances whose pods' logs are wanted: the containers main and mounter. Wildcards are allowed. Comes by name from Get-WTTalePod.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public string[]? InstanceId { get; set; }

    /// <summary>The container. By default all but initialising ones.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Container { get; set; }

    /// <summary>Goes on as lines come, until the command is stopped.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <summary>Only the last so many lines of each container.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>Only lines younger than this, as a time span or in seconds.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Since { get; set; }

    /// <summary>The log of the container before its last restart.</summary>
    [Parameter]
    public SwitchParameter Previous { get; set; }

    /// <summary>Begins each line with its time.</summary>
    [Parameter]
    public SwitchParameter Timestamp { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var pods = new PlatformPods(await ConnectAsync(pipeline, cancellationToken), pipeline.Report);
        var containers = await pods.FindAsync(Wildcards.Matching(Component), Wildcards.Matching(Pod), Container, InstanceId is null ? null : Wildcards.Matching(InstanceId), cancellationToken);
        var options = new LogOptions { Follow = Follow, Previous = Previous, Tail = Tail, Since = Since, Timestamps = Timestamp };
        if (Follow)
        {
            await Task.WhenAll(containers.Select(container => ReadAsync(container)));
            return;
        }

        foreach (var container in containers)
            await ReadAsync(container);

        async Task ReadAsync(PodContainer container)
        {
            try
            {
                await foreach (var line in pods.ReadLogAsync(container, options, cancellationToken))
                    pipeline.WriteObject(containers.Count > 1 ? $"{container}: {line}" : line);
            }
            catch (ApiException exception)
            {
                // One container that has not begun leaves the others' logs alone.
                pipeline.WriteError(exception);
            }
        }
    }
}
