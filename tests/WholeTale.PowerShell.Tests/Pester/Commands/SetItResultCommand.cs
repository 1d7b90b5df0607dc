using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Pester.Commands;

/// <summary>Set-ItResult: ends the test as skipped.</summary>
[Cmdlet(VerbsCommon.Set, "ItResult")]
public sealed class SetItResultCommand : PSCmdlet
{
    [Parameter(Mandatory = true)]
    public SwitchParameter Skipped { get; set; }

    [Parameter]
    public string Because { get; set; } = "";

    protected override void ProcessRecord() => ThrowTerminatingError(
        new ErrorRecord(new SpecSkippedException(Because.Length > 0 ? Because : "The spec skips it."), "PesterTestSkipped", ErrorCategory.OperationStopped, null));
}
