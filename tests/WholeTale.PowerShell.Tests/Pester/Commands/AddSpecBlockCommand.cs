using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Pester.Commands;

/// <summary>Describe and Context.</summary>
[Cmdlet(VerbsCommon.Add, "SpecBlock")]
public sealed class AddSpecBlockCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    [Parameter(Mandatory = true, Position = 1)]
    public ScriptBlock Fixture { get; set; } = null!;

    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? ForEach { get; set; }

    [Parameter]
    public string[]? Tag { get; set; }

    [Parameter]
    public SwitchParameter Skip { get; set; }

    protected override void ProcessRecord()
    {
        var context = SpecContext.Of(this);
        var outer = context.Current;
        foreach (var item in MyInvocation.BoundParameters.ContainsKey(nameof(ForEach)) ? ForEach ?? [] : [null])
        {
            var title = SpecTitle.Expand(Name, item, outer.Lineage().Select(block => block.Data));
            var block = new SpecBlock(title, outer, item) { Skipped = Skip };
            outer.Children.Add(block);
            context.Current = block;
            ErrorRecord? error = null;
            SpecContext.InNewScope(this, item, () => error = SpecContext.Run(this, Fixture));
            context.Current = outer;
            if (error is not null)
                ThrowTerminatingError(error);
        }
    }
}
