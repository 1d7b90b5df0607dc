using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Pester.Commands;

/// <summary>BeforeDiscovery: runs at once, in the scope in which it stands.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "SpecDiscovery")]
public sealed class InvokeSpecDiscoveryCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    protected override void ProcessRecord()
    {
        if (SpecContext.Run(this, ScriptBlock) is { } error)
            ThrowTerminatingError(error);
    }
}
