using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Pester.Commands;

/// <summary>It: notes a test, one an item of <c>-ForEach</c>.</summary>
[Cmdlet(VerbsCommon.Add, "SpecTest")]
public sealed class AddSpecTestCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    [Parameter(Position = 1)]
    public ScriptBlock? Test { get; set; }

    [Parameter]
    [Alias("TestCases")]
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
        if (context.IsRunning)
            throw new InvalidOperationException("It stands outside of other Its.");
        if (context.Current == context.Root)
            throw new InvalidOperationException("It stands in a Describe or Context.");
        if (Test is not { } body)
            throw new ArgumentException($"The test '{Name}' has no body.");
        foreach (var item in MyInvocation.BoundParameters.ContainsKey(nameof(ForEach)) ? ForEach ?? [] : [null])
        {
            var title = SpecTitle.Expand(Name, item, context.Current.Lineage().Select(block => block.Data));
            context.Current.Children.Add(new SpecTest(title, context.Current, body, item, Skip));
        }
    }
}
