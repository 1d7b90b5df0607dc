using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Pester.Commands;

/// <summary>BeforeAll, AfterAll, BeforeEach, AfterEach: notes what the run does then.</summary>
[Cmdlet(VerbsCommon.Add, "SpecSetUp")]
public sealed class AddSpecSetUpCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public ScriptBlock Scriptblock { get; set; } = null!;

    protected override void ProcessRecord()
    {
        var block = SpecContext.Of(this).Current;
        var list = MyInvocation.InvocationName.ToUpperInvariant() switch
        {
            "BEFOREALL" => block.BeforeAll,
            "AFTERALL" => block.AfterAll,
            "BEFOREEACH" => block.BeforeEach,
            _ => block.AfterEach,
        };
        if (list.Count > 0)
            throw new InvalidOperationException($"{MyInvocation.InvocationName} stands once in a block.");
        list.Add(Scriptblock);
    }
}
