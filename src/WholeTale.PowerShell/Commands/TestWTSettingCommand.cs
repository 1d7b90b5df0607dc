using System.Management.Automation;
using WholeTale.Core.Configuration;
using WholeTale.PowerShell.Configuration;
using WholeTale.PowerShell.Pipelines;

namespace WholeTale.PowerShell.Commands;

/// <summary>Checks the settings and gives all that is wrong with them.</summary>
/// <remarks>Gives nothing where nothing is wrong. Nothing is contacted.</remarks>
/// <example>
///   <code>Test-WTSetting -Setting @{ 'Volumes.MongoData' = '200Mb' }</code>
///   <para>Shows that 200Mb is no quantity, and what is meant by it.</para>
/// </example>
/// <example>
///   <code>if (Test-WTSetting -Quiet) { 'The settings are valid.' }</code>
///   <para>Asks for yes or no.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "WTSetting")]
[OutputType(typeof(SettingProblem), typeof(bool))]
public sealed class TestWTSettingCommand : SettingsCommand
{
    /// <summary>Gives $true where all settings are valid, else $false, and nothing else.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var problems = Source(pipeline).Check();
        if (Quiet)
        {
            pipeline.WriteObject(problems.Count == 0);
            return Task.CompletedTask;
        }

        foreach (var problem in problems)
            pipeline.WriteObject(problem);
        return Task.CompletedTask;
    }
}
