using System.Management.Automation;
using System.Text;
using WholeTale.Core;
using WholeTale.Core.Pods;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Runs a command in a container of the platform or of a tale.</summary>
/// <remarks>The program is run as it is, without a shell. Its output comes line by line; its error output as warnings. An exit code other than 0 is an error.</remarks>
/// <example>
///   <code>Invoke-WTCommand wholetale -Component girder -Command hostname</code>
///   <para>Gives the name of Girder's pod.</para>
/// </example>
/// <example>
///   <code>Invoke-WTCommand wholetale -Component mongo -Command mongo, --quiet, --eval, 'db.stats().ok' -WhatIf</code>
///   <para>Says what would be run, and where.</para>
/// </example>
/// <example>
///   <code>Get-WTTalePod wholetale | Invoke-WTCommand -Cluster wholetale -Command hostname -WhatIf</code>
///   <para>Says what would be run in each tale's own container.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "WTCommand", SupportsShouldProcess = true)]
[OutputType(typeof(string))]
public sealed class InvokeWTCommandCommand : ClusterCommand
{
    /// <summary>The component in whose first running pod the command is run; tale for tales.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ComponentNameCompleter))]
    public string? Component { get; set; }

    /// <summary>The program and its arguments.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromRemainingArguments = true)]
    [ValidateNotNullOrEmpty]
    public string[] Command { get; set; } = null!;

    /// <summary>The pod. By default the first that runs.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Pod { get; set; }

    /// <summary>The id of the tale's instance in whose pod the command is run. Comes by name from Get-WTTalePod.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public string? InstanceId { get; set; }

    /// <summary>The container. By default the pod's first, which is a tale's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Container { get; set; }

    /// <summary>Text that the program reads from its standard input.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? StandardInput { get; set; }

    /// <summary>Joins the command with this console, as a terminal: each key goes to it at once. For shells: -Command sh -Interactive.</summary>
    [Parameter]
    public SwitchParameter Interactive { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        if (Component is null && Pod is null && InstanceId is null)
            throw new PodException("PodNotNamed", FailureKind.InvalidInput, null, "It was not said where to run the command.", "Give -Component, -Pod or -InstanceId.");

        var pods = new PlatformPods(await ConnectAsync(pipeline, cancellationToken), pipeline.Report);
        var found = await pods.FindAsync(
            name => Component is null || name == Component, name => Pod is null || name == Pod, Container, InstanceId is null ? null : id => id == InstanceId, cancellationToken);
        var container = found.FirstOrDefault(candidate => candidate.IsRunning)
            ?? throw new PodException("ContainerNotRunning", FailureKind.NotReady, found[0].ToString(), $"The container {found[0]} does not run.", "Look at 'Get-WholeTale' and 'Get-WTLog' for the reason.");
        if (!pipeline.ShouldProcess(container.ToString(), $"Run {string.Join(' ', Command)}"))
            return;

        var code = Interactive
            ? await TalkAsync(pods, container, cancellationToken)
            : await RunAsync(pods, container, pipeline, cancellationToken);
        if (code != 0)
        {
            throw new PodException(
                "CommandFailed", FailureKind.Refused, container.ToString(), $"The command {Command[0]} in {container} ended with the exit code {code}.", "Its own output, above, says why.");
        }
    }

    private async Task<int> RunAsync(PlatformPods pods, PodContainer container, Pipeline pipeline, CancellationToken cancellationToken)
    {
        using var input = StandardInput is null ? null : new MemoryStream(Encoding.UTF8.GetBytes(StandardInput));
        return await pods.RunAsync(container, Command, input, pipeline.WriteObject, pipeline.WriteWarning, cancellationToken);
    }

    private async Task<int> TalkAsync(PlatformPods pods, PodContainer container, CancellationToken cancellationToken)
    {
        await using var terminal = new ConsoleTerminal();
        return await pods.TalkAsync(container, Command, terminal, cancellationToken);
    }
}
