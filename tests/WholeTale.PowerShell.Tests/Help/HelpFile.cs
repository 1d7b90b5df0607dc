using System.Globalization;
using System.Management.Automation;
using System.Xml.Linq;

namespace WholeTale.PowerShell.Tests.Help;

/// <summary>Compiles doc comments and the engine's knowledge of parameters to MAML, the form of help that Get-Help reads.</summary>
internal sealed class HelpFile(DocComments comments)
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private static readonly Dictionary<string, string> Given = new(StringComparer.Ordinal)
    {
        ["WhatIf"] = "Says what the command would do, and does nothing.",
        ["Confirm"] = "Asks before each change.",
    };

    /// <summary>The help of some cmdlets, in the order of their names.</summary>
    internal string Compile(IEnumerable<CmdletInfo> cmdlets)
    {
        var items = new XElement(Msh + "helpItems", new XAttribute("schema", "maml"), cmdlets.OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal).Select(Compile));
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            + "<!-- Made from the cmdlets' doc comments: change those, then run the tests of the help with WT_UPDATE_HELP=1. -->\n"
            + items.ToString().ReplaceLineEndings("\n") + "\n";
    }

    private XElement Compile(CmdletInfo cmdlet)
    {
        var type = cmdlet.ImplementingType;
        return new XElement(
            Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml), new XAttribute(XNamespace.Xmlns + "command", Command), new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(
                Command + "details", new XElement(Command + "name", cmdlet.Name), new XElement(Command + "verb", cmdlet.Verb), new XElement(Command + "noun", cmdlet.Noun),
                Description(comments.Summary(type))),
            Description(comments.Remarks(type) is { Length: > 0 } remarks ? remarks : comments.Summary(type)),
            new XElement(Command + "syntax", cmdlet.ParameterSets.Select(set => new XElement(
                Command + "syntaxItem", new XElement(Maml + "name", cmdlet.Name), set.Parameters.Where(IsOwn).OrderBy(Order).Select(parameter => Parameter(cmdlet, parameter))))),
            new XElement(Command + "parameters", Merged(cmdlet).Select(parameter => Parameter(cmdlet, parameter))),
            new XElement(
                Command + "inputTypes",
                Merged(cmdlet).Where(parameter => parameter.ValueFromPipeline).Select(parameter => parameter.ParameterType).Distinct().Select(input => Typed("inputType", input))),
            new XElement(Command + "returnValues", cmdlet.OutputType.Select(output => Typed("returnValue", output.Type))),
            new XElement(Command + "examples", comments.Examples(type).Select((example, index) => new XElement(
                Command + "example",
                new XElement(Maml + "title", string.Create(CultureInfo.InvariantCulture, $"Example {index + 1}")),
                new XElement(Dev + "code", example.Code),
                new XElement(Dev + "remarks", new XElement(Maml + "para", example.Remarks))))));
    }

    private XElement Parameter(CmdletInfo cmdlet, CommandParameterInfo parameter)
    {
        var property = cmdlet.ImplementingType.GetProperty(parameter.Name);
        var isSwitch = parameter.ParameterType == typeof(SwitchParameter);
        var pipeline = (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
        {
            (true, true) => "True (ByValue, ByPropertyName)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            _ => "False",
        };
        return new XElement(
            Command + "parameter",
            new XAttribute("required", parameter.IsMandatory ? "true" : "false"),
            new XAttribute("variableLength", parameter.ParameterType.IsArray ? "true" : "false"),
            new XAttribute("globbing", property?.IsDefined(typeof(SupportsWildcardsAttribute), inherit: true) == true ? "true" : "false"),
            new XAttribute("pipelineInput", pipeline),
            new XAttribute("position", parameter.Position < 0 ? "named" : parameter.Position.ToString(CultureInfo.InvariantCulture)),
            new XAttribute("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none"),
            new XElement(Maml + "name", parameter.Name),
            Description(property is null ? Given.GetValueOrDefault(parameter.Name, "") : comments.Summary(property)),
            isSwitch ? null : new XElement(Command + "parameterValue", new XAttribute("required", "true"), new XAttribute("variableLength", parameter.ParameterType.IsArray ? "true" : "false"), Name(parameter.ParameterType)),
            new XElement(Dev + "type", new XElement(Maml + "name", Name(parameter.ParameterType))));
    }

    // Each parameter once: as its first set has it.
    private static IEnumerable<CommandParameterInfo> Merged(CmdletInfo cmdlet) =>
        cmdlet.ParameterSets.SelectMany(set => set.Parameters).Where(IsOwn).DistinctBy(parameter => parameter.Name).OrderBy(parameter => parameter.Name, StringComparer.Ordinal);

    private static bool IsOwn(CommandParameterInfo parameter) => !Cmdlet.CommonParameters.Contains(parameter.Name);

    private static (bool, int, bool, string) Order(CommandParameterInfo parameter) =>
        (parameter.Position < 0, parameter.Position, !parameter.IsMandatory, parameter.Name);

    private static XElement Description(string text) => new(Maml + "description", new XElement(Maml + "para", text));

    private static XElement Typed(string element, Type type) => new(Command + element, new XElement(Dev + "type", new XElement(Maml + "name", type.FullName)));

    private static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? Name(inner) : type == typeof(string) ? "string" : type == typeof(string[]) ? "string[]" : type == typeof(int) ? "int" : type.Name;
}
