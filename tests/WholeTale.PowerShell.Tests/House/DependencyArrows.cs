using System.Reflection;
using System.Xml.Linq;

namespace WholeTale.PowerShell.Tests.House;

/// <summary>Holds the arrows of the house: PowerShell -> Gke -> Core, and neither the Simulator nor the Shell nor the Loader knows any of them.</summary>
public sealed class DependencyArrows
{
    private static readonly string Repository = typeof(DependencyArrows).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Repository").Value!;

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["WholeTale.Core"] = [],
        ["WholeTale.Gke"] = ["WholeTale.Core"],
        ["WholeTale.PowerShell"] = ["WholeTale.Core", "WholeTale.Gke"],
        ["WholeTale.Loader"] = [],
        ["WholeTale.Simulator"] = [],
        ["WholeTale.Shell"] = [],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_the_rooms_below_it(string project)
    {
        var references = ProjectFile(project)
            .Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));

        Assert.Empty(references.Except(Allowed[project], StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_of_the_house_is_named_here()
    {
        var projects = Directory.EnumerateDirectories(Path.Combine(Repository, "src")).Select(Path.GetFileName);

        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Core_knows_no_PowerShell()
    {
        var packages = ProjectFile("WholeTale.Core").Descendants("PackageReference").Select(package => (string)package.Attribute("Include")!);

        Assert.DoesNotContain(packages, package => package is "PowerShellStandard.Library" or "System.Management.Automation");
    }

    [Fact]
    public void The_simulator_compiles_no_file_of_another_room()
    {
        var linked = ProjectFile("WholeTale.Simulator").Descendants().Attributes("Include")
            .Where(include => include.Value.Contains("..", StringComparison.Ordinal) && include.Value.EndsWith(".cs", StringComparison.Ordinal));

        Assert.Empty(linked);
    }

    private static XDocument ProjectFile(string project) => XDocument.Load(Path.Combine(Repository, "src", project, project + ".csproj"));
}
