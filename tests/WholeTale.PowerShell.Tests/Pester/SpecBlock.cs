using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>A Describe or Context, or the file itself, as discovery found it.</summary>
internal sealed class SpecBlock(string title, SpecBlock? parent, object? data)
{
    internal string Title { get; } = title;

    internal SpecBlock? Parent { get; } = parent;

    /// <summary>The item of <c>-ForEach</c> that it stands for.</summary>
    internal object? Data { get; } = data;

    internal bool Skipped { get; init; }

    /// <summary>Its tests and inner blocks, in the order of the file.</summary>
    internal List<object> Children { get; } = [];

    internal List<ScriptBlock> BeforeAll { get; } = [];

    internal List<ScriptBlock> AfterAll { get; } = [];

    internal List<ScriptBlock> BeforeEach { get; } = [];

    internal List<ScriptBlock> AfterEach { get; } = [];

    /// <summary>The titles from the outermost block to this one.</summary>
    internal string Path => Parent is null ? "" : Parent.Path.Length == 0 ? Title : $"{Parent.Path}.{Title}";

    internal IEnumerable<SpecTest> Tests => Children.SelectMany(child => child is SpecBlock block ? block.Tests : [(SpecTest)child]);

    /// <summary>This block and those around it, innermost first.</summary>
    internal IEnumerable<SpecBlock> Lineage()
    {
        for (var block = this; block is not null; block = block.Parent)
            yield return block;
    }
}
