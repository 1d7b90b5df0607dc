using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>An It, as discovery found it, and what became of it.</summary>
internal sealed class SpecTest(string title, SpecBlock parent, ScriptBlock body, object? data, bool skipped)
{
    internal SpecBlock Parent { get; } = parent;

    internal ScriptBlock Body { get; } = body;

    internal object? Data { get; } = data;

    internal bool Skipped { get; } = skipped || parent.Lineage().Any(block => block.Skipped);

    /// <summary>The titles from the outermost block to the test.</summary>
    internal string Path { get; } = parent.Path.Length == 0 ? title : $"{parent.Path}.{title}";

    internal SpecResult? Result { get; set; }
}
