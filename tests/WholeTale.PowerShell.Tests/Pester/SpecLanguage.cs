using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>Finds what a spec uses beyond Pester, Microsoft.PowerShell.Core and this module: it would run here and not there, or the other way round.</summary>
internal static class SpecLanguage
{
    private static readonly Lazy<HashSet<string>> CoreCmdlets = new(() =>
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        var commands = shell.AddCommand("Get-Command").AddParameter("Module", "Microsoft.PowerShell.Core").AddParameter("CommandType", CommandTypes.Cmdlet).Invoke<CommandInfo>();
        return commands.Select(command => command.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
    });

    /// <summary>What the module exports, as its manifest says.</summary>
    internal static IReadOnlySet<string> Exports(string manifest)
    {
        var table = Parser.ParseFile(manifest, out _, out _).Find(ast => ast is HashtableAst, searchNestedScriptBlocks: false)
            ?? throw new InvalidOperationException($"{manifest} holds no table.");
        var exported = ((HashtableAst)table).KeyValuePairs.First(pair => pair.Item1.Extent.Text == "CmdletsToExport").Item2;
        return exported.FindAll(ast => ast is StringConstantExpressionAst, searchNestedScriptBlocks: false)
            .Select(ast => ((StringConstantExpressionAst)ast).Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>What a script uses that it may not, each with its line.</summary>
    /// <param name="script">The script.</param>
    /// <param name="exports">The module's cmdlets.</param>
    /// <param name="isSpec">Whether it may use Pester's words.</param>
    internal static IEnumerable<string> Foreign(ScriptBlockAst script, IReadOnlySet<string> exports, bool isSpec)
    {
        var own = script.FindAll(ast => ast is FunctionDefinitionAst, searchNestedScriptBlocks: true)
            .Select(ast => ((FunctionDefinitionAst)ast).Name.Split(':')[^1]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var command in script.FindAll(ast => ast is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
        {
            // What is called by a variable was got from somewhere that is checked itself.
            if (command.GetCommandName() is not { } name || own.Contains(name) || exports.Contains(name) || CoreCmdlets.Value.Contains(name))
                continue;
            if (!isSpec || !SpecRunner.Words.TryGetValue(name, out var type))
            {
                yield return $"{command.Extent.StartLineNumber}: {name}";
                continue;
            }

            foreach (var parameter in command.CommandElements.OfType<CommandParameterAst>().Where(parameter => !Knows(type, parameter.ParameterName)))
                yield return $"{command.Extent.StartLineNumber}: {name} -{parameter.ParameterName}";
        }

        // The drive of that name comes from a module that is not there everywhere.
        foreach (var text in script.FindAll(ast => ast is StringConstantExpressionAst { Value: var value } && value.StartsWith("TestDrive:", StringComparison.OrdinalIgnoreCase), true))
            yield return $"{text.Extent.StartLineNumber}: {text.Extent.Text} (use $TestDrive)";
    }

    private static bool Knows(Type command, string parameter) => Cmdlet.CommonParameters.Contains(parameter, StringComparer.OrdinalIgnoreCase)
        || command.GetProperties().Any(property =>
            property.IsDefined(typeof(ParameterAttribute), inherit: true)
            && (property.Name.Equals(parameter, StringComparison.OrdinalIgnoreCase)
                || property.GetCustomAttributes(typeof(AliasAttribute), inherit: true).Cast<AliasAttribute>().Any(alias => alias.AliasNames.Contains(parameter, StringComparer.OrdinalIgnoreCase))));
}
