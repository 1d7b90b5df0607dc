using System.Management.Automation;
using WholeTale.Core.Checks;
using WholeTale.PowerShell.Arguments;
using WholeTale.PowerShell.Clusters;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Checks whether a deployed Whole Tale works, from the API server to the worker's queue.</summary>
/// <remarks>
/// Each check says what was seen and, where it is not as it should be, what to do. The checks run side by side; nothing that they do remains. With -Quiet the command gives $true where no check
/// fails and sets $LASTEXITCODE to 0 or 1, so that 'exit $LASTEXITCODE' ends a script rightly.
/// </remarks>
/// <example>
///   <code>Test-WholeTale wholetale</code>
///   <para>Shows a row a check.</para>
/// </example>
/// <example>
///   <code>Test-WholeTale wholetale -Name 'Component*', Claims -Quiet</code>
///   <para>Says whether every component is ready and every claim is bound.</para>
/// </example>
/// <example>
///   <code>[System.IO.File]::WriteAllText("$PWD/checks.xml", (Test-WholeTale wholetale -OutputFormat JUnit))</code>
///   <para>Writes the checks for a CI system.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "WholeTale", DefaultParameterSetName = "Check")]
[OutputType(typeof(Check), ParameterSetName = ["Check"])]
[OutputType(typeof(bool), ParameterSetName = ["Quiet"])]
[OutputType(typeof(string), ParameterSetName = ["Format"])]
public sealed class TestWholeTaleCommand : ClusterCommand
{
    /// <summary>Names of checks. Wildcards are allowed. By default all.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Gives only whether no check fails.</summary>
    [Parameter(ParameterSetName = "Quiet", Mandatory = true)]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Gives the checks as one text: JUnit.</summary>
    [Parameter(ParameterSetName = "Format", Mandatory = true)]
    [ValidateSet("JUnit")]
    public string? OutputFormat { get; set; }

    /// <summary>How long each check may take, as a time span or in seconds. By default 30 seconds.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(pipeline, cancellationToken);
        var checks = new List<Check>();
        await foreach (var check in PlatformChecks.RunAsync(cluster, Wildcards.Matching(Name), Timeout ?? PlatformChecks.Patience, pipeline.Report, cancellationToken))
        {
            checks.Add(check);
            if (!Quiet && OutputFormat is null)
                pipeline.WriteObject(check);
        }

        if (checks.Count == 0)
            throw new NoSuchCheckException(string.Join(", ", Name ?? []));
        if (OutputFormat is not null)
            pipeline.WriteObject(JUnitReport.Write(cluster.Name, checks));
        if (Quiet)
        {
            var works = checks.TrueForAll(check => check.Result != CheckResult.Fail);
            pipeline.SetExitCode(works ? 0 : 1);
            pipeline.WriteObject(works);
        }
    }
}
