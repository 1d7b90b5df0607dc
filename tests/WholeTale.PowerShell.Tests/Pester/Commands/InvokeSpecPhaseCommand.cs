using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Pester.Commands;

/// <summary>Discovers the spec, or runs what discovery found.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "SpecPhase")]
public sealed class InvokeSpecPhaseCommand : PSCmdlet
{
    private SpecContext context = null!;

    [Parameter]
    public bool Discovery { get; set; }

    protected override void ProcessRecord()
    {
        context = SpecContext.Of(this);
        if (!Discovery)
        {
            RunBlock(context.Root);
            return;
        }

        context.Current = context.Root;
        // The file has a scope of its own: what it sets is gone afterwards.
        var file = InvokeCommand.NewScriptBlock($"& '{System.Management.Automation.Language.CodeGeneration.EscapeSingleQuotedStringContent(context.File)}'");
        if (SpecContext.Run(this, file) is { } error)
            ThrowTerminatingError(error);
    }

    private void RunBlock(SpecBlock block)
    {
        foreach (var test in block.Tests.Where(test => test.Skipped))
            test.Result = new SpecResult(test.Path, SpecOutcome.Skipped, "The spec skips it.");
        if (block.Tests.All(test => test.Result is not null))
            return;
        SpecContext.InNewScope(this, block.Data, () =>
        {
            if (RunAll(block.BeforeAll) is { } error)
            {
                foreach (var test in block.Tests.Where(test => test.Result is null))
                    test.Result = Failed(test, $"BeforeAll of '{block.Title}'", error);
            }
            else
            {
                foreach (var child in block.Children)
                    RunChild(child);
            }

            // Nobody reads a block's own result: its last test carries it.
            if (RunAll(block.AfterAll) is { } late)
            {
                var test = block.Tests.Last(test => test.Result!.Outcome != SpecOutcome.Skipped || test == block.Tests.Last());
                test.Result = Failed(test, $"AfterAll of '{block.Title}'", late);
            }
        });
    }

    private void RunChild(object child)
    {
        if (child is SpecBlock block)
            RunBlock(block);
        else if (child is SpecTest { Result: null } test)
            SpecContext.InNewScope(this, test.Data, () => test.Result = RunTest(test));
    }

    private SpecResult RunTest(SpecTest test)
    {
        context.IsRunning = true;
        var error = RunAll(test.Parent.Lineage().Reverse().SelectMany(block => block.BeforeEach)) ?? SpecContext.Run(this, test.Body);
        context.IsRunning = false;
        var late = RunAll(test.Parent.Lineage().SelectMany(block => block.AfterEach));
        if (error is not null && SkippedBy(error) is { } skipped)
            return new SpecResult(test.Path, SpecOutcome.Skipped, skipped.Message);
        return error is not null ? Failed(test, "", error) : late is not null ? Failed(test, "AfterEach", late) : new SpecResult(test.Path, SpecOutcome.Passed);
    }

    // The first error ends a row of set-ups.
    private ErrorRecord? RunAll(IEnumerable<ScriptBlock> bodies) => bodies.Select(body => SpecContext.Run(this, body)).FirstOrDefault(error => error is not null);

    private static SpecSkippedException? SkippedBy(ErrorRecord error)
    {
        for (var exception = error.Exception; exception is not null; exception = exception.InnerException)
        {
            if (exception is SpecSkippedException skipped)
                return skipped;
        }

        return null;
    }

    private static SpecResult Failed(SpecTest test, string where, ErrorRecord error)
    {
        var place = error.InvocationInfo is { ScriptName.Length: > 0 } invocation
            ? $"\n  at {invocation.ScriptName}:{invocation.ScriptLineNumber}\n     {invocation.Line.Trim()}"
            : "";
        return new SpecResult(test.Path, SpecOutcome.Failed, $"{(where.Length > 0 ? where + " failed: " : "")}{error.Exception.Message}{place}");
    }
}
