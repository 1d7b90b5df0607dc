using System.Reflection;
using System.Runtime.Loader;
using System.Xml.Linq;

namespace WholeTale.PowerShell.Tests.Cmdlets;

/// <summary>The objects that scripts are written against (DESIGN 8), and their views.</summary>
public sealed class ObjectTests
{
    [Theory]
    [InlineData("Clusters.Cluster", "Name, Provider, Location, Status, KubernetesVersion, NodeCount, Endpoint, Namespace")]
    [InlineData("Deployment.Deployment", "Cluster, Status, Revision, Components, Objects, Urls, Warnings, Started, Duration")]
    [InlineData("Deployment.ComponentState", "Name, Status, Ready, Message")]
    [InlineData("Deployment.AppliedObject", "Kind, Name, Namespace, Component, Result")]
    [InlineData("Deployment.Change", "Kind, Name, Component, Path, Before, After, Owner")]
    [InlineData("Girder.GirderSetup", "Steps, Url")]
    [InlineData("Tales.TalePod", "InstanceId, TaleId, Tale, User, Status, Pod, Url, Image, Started")]
    public void An_object_has_the_properties_that_are_promised(string type, string properties)
    {
        var names = Core().GetType($"WholeTale.Core.{type}", throwOnError: true)!.GetProperties().Select(property => property.Name);

        Assert.Empty(properties.Split(", ").Except(names));
    }

    [Fact]
    public void Every_view_shows_properties_that_there_are()
    {
        var wrong = new List<string>();
        foreach (var view in XDocument.Load(Path.Combine(Engine.Repository, "module", "WholeTale.format.ps1xml")).Descendants("View"))
        {
            var type = Core().GetType((string)view.Descendants("TypeName").First());
            wrong.AddRange(view.Descendants("PropertyName")
                .Where(property => type?.GetProperty(property.Value, BindingFlags.Public | BindingFlags.Instance) is null)
                .Select(property => $"{(string)view.Element("Name")!}: {property.Value}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Everything_that_a_cmdlet_gives_has_a_view()
    {
        using var engine = Engine.WithModule();
        var views = XDocument.Load(Path.Combine(Engine.Repository, "module", "WholeTale.format.ps1xml")).Descendants("TypeName").Select(name => name.Value).ToHashSet();

        var given = engine.Run("Get-Command -Module WholeTale | ForEach-Object { foreach ($output in $_.OutputType) { $output.Name } }").Select(name => name.ToString()).Distinct();

        Assert.DoesNotContain(given, name => name.StartsWith("WholeTale.", StringComparison.Ordinal) && !views.Contains(name));
    }

    private static Assembly Core()
    {
        using var engine = Engine.WithModule();
        return AssemblyLoadContext.All.First(context => context.Name == "WholeTale").LoadFromAssemblyName(new AssemblyName("WholeTale.Core"));
    }
}
