using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace WholeTale.PowerShell.Tests.Help;

/// <summary>The doc comments of the cmdlets' assembly, as the compiler wrote them down.</summary>
internal sealed partial class DocComments
{
    private readonly Dictionary<string, XElement> members;

    private DocComments(XDocument document) =>
        members = document.Descendants("member").ToDictionary(member => (string)member.Attribute("name")!, StringComparer.Ordinal);

    internal static DocComments Load() => new(XDocument.Load(
        typeof(DocComments).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "DocComments").Value!));

    internal string Summary(Type type) => Text(Find($"T:{type.FullName}")?.Element("summary"));

    internal string Remarks(Type type) => Text(Find($"T:{type.FullName}")?.Element("remarks"));

    internal string Summary(PropertyInfo property) => Text(Find($"P:{property.DeclaringType!.FullName}.{property.Name}")?.Element("summary"));

    /// <summary>Each example's code and what it does.</summary>
    internal IEnumerable<(string Code, string Remarks)> Examples(Type type) => (Find($"T:{type.FullName}")?.Elements("example") ?? [])
        .Select(example => (Code(example.Element("code")), Text(example.Element("para"))));

    private XElement? Find(string name) => members.GetValueOrDefault(name);

    private static string Code(XElement? code) => string.Join('\n', (code?.Value ?? "").Trim().Split('\n').Select(line => line.Trim()));

    private static string Text(XElement? element) => element is null ? "" : Spaces().Replace(string.Concat(element.Nodes().Select(Plain)), " ").Trim();

    private static string Plain(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "paramref" } reference => ((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name") ?? "").Split('.', ':')[^1],
        XElement element => element.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
