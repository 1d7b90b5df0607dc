using System.Collections;
using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>What the commands of a spec share while it is discovered and run. A spec's code runs on one thread.</summary>
internal sealed class SpecContext(string file)
{
    internal const string Variable = "______spec";

    // Inside a try, a statement that fails ends the block, as under Pester. The names are not ones that a spec would use.
    private static readonly ScriptBlock DotSource = ScriptBlock.Create(
        "param($______body, $______failure) try { . $______body } catch { $______failure.Error = $_ }");

    private static readonly ScriptBlock Call = ScriptBlock.Create(
        "param($______body, $______failure) try { $null = & $______body } catch { $______failure.Error = $_ }");

    private static readonly ScriptBlock NewScope = ScriptBlock.Create("param($______inside) $______inside.Run()");

    internal SpecBlock Root { get; } = new(Path.GetFileName(file), null, null);

    internal string File { get; } = file;

    /// <summary>The block that is being discovered.</summary>
    internal SpecBlock Current { get; set; } = null!;

    /// <summary>Whether an It is running.</summary>
    internal bool IsRunning { get; set; }

    internal static SpecContext Of(PSCmdlet command) =>
        command.SessionState.PSVariable.GetValue(Variable) as SpecContext ?? throw new InvalidOperationException("Specs run by the bridge alone.");

    /// <summary>Does something in a variable scope of its own, with the data of <c>-ForEach</c> as variables.</summary>
    internal static void InNewScope(PSCmdlet command, object? data, Action action) =>
        command.SessionState.InvokeCommand.InvokeScript(true, NewScope, null, new Inside(() =>
        {
            Define(command, data);
            action();
        }));

    /// <summary>Runs a block of the spec in the current variable scope; its error, or null.</summary>
    internal static ErrorRecord? Run(PSCmdlet command, ScriptBlock body) => Invoke(command, DotSource, false, body);

    /// <summary>Runs a block of the spec in a variable scope of its own; its error, or null.</summary>
    internal static ErrorRecord? RunInside(PSCmdlet command, ScriptBlock body) => Invoke(command, Call, true, body);

    private static ErrorRecord? Invoke(PSCmdlet command, ScriptBlock way, bool inNewScope, ScriptBlock body)
    {
        var failure = new Failure();
        try
        {
            command.SessionState.InvokeCommand.InvokeScript(inNewScope, way, null, body, failure);
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            return exception.ErrorRecord;
        }

        return failure.Error;
    }

    private static void Define(PSCmdlet command, object? data)
    {
        if (data is null)
            return;
        command.SessionState.PSVariable.Set("local:_", data);
        if ((data is PSObject wrapped ? wrapped.BaseObject : data) is not IDictionary table)
            return;
        foreach (DictionaryEntry entry in table)
            command.SessionState.PSVariable.Set($"local:{entry.Key}", entry.Value);
    }

    /// <summary>Seen by the script above; public for that reason alone.</summary>
    public sealed class Failure
    {
        public ErrorRecord? Error { get; set; }
    }

    /// <summary>Seen by the script above; public for that reason alone.</summary>
    public sealed class Inside(Action action)
    {
        public void Run() => action();
    }
}
