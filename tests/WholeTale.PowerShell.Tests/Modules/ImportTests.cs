using System.Management.Automation;
using System.Runtime.Loader;

namespace WholeTale.PowerShell.Tests.Modules;

/// <summary>Importing, importing again, and removing the module.</summary>
public sealed class ImportTests
{
    [Fact]
    public void The_module_exports_the_cmdlets_of_its_manifest_and_nothing_else()
    {
        using var engine = Engine.WithModule();

        var module = (PSModuleInfo)engine.Run("Get-Module WholeTale").Single().BaseObject;

        var listed = engine.Run($"(Test-ModuleManifest '{Engine.Manifest}').ExportedCmdlets.Keys").Select(name => name.ToString());
        Assert.NotEmpty(listed);
        Assert.Equal(listed.Order(), module.ExportedCommands.Keys.Order());
        Assert.Empty(module.ExportedVariables);
        Assert.Empty(module.ExportedAliases);
    }

    [Theory]
    [InlineData("Import-Module '{0}'; Import-Module '{0}'")]
    [InlineData("Import-Module '{0}'; Import-Module '{0}' -Force")]
    [InlineData("Import-Module '{0}'; Remove-Module WholeTale; Import-Module '{0}'")]
    [InlineData("Import-Module '{0}'; Remove-Module WholeTale; Import-Module '{0}' -Force; Import-Module '{0}' -Force")]
    public void Importing_again_leaves_the_cmdlets_usable(string script)
    {
        using var engine = Engine.Bare();

        engine.Run(string.Format(System.Globalization.CultureInfo.InvariantCulture, script, Engine.Manifest));

        var commands = engine.Run("(Get-Module WholeTale).ExportedCommands.Keys");
        Assert.NotEmpty(commands);
        Assert.NotEmpty(engine.Run("Get-WTSetting ClusterName"));
        Assert.Equal("WholeTale", engine.Run("(Get-Command Get-WTSetting).ModuleName").Single().ToString());
    }

    [Fact]
    public void Two_sessions_of_a_process_share_the_assemblies()
    {
        using var first = Engine.WithModule();
        using var second = Engine.WithModule();

        var types = new[] { first, second }.Select(engine => engine.Run("(Get-Command Get-WTSetting).ImplementingType").Single().BaseObject);

        Assert.Single(types.Distinct());
    }

    [Fact]
    public void After_removal_no_cmdlet_is_left()
    {
        using var engine = Engine.WithModule();

        engine.Run("Remove-Module WholeTale");

        Assert.Empty(engine.Run("Get-Command -Name *-WT*, *-WholeTale -CommandType Cmdlet"));
    }

    [Fact]
    public void The_cmdlets_live_in_a_context_of_their_own()
    {
        using var engine = Engine.WithModule();

        var type = (Type)engine.Run("(Get-Command Get-WTSetting).ImplementingType").Single().BaseObject;

        Assert.Equal("WholeTale", AssemblyLoadContext.GetLoadContext(type.Assembly)?.Name);
        Assert.Same(typeof(PSCmdlet).Assembly, type.Assembly.GetReferencedAssemblies()
            .Where(name => name.Name == "System.Management.Automation")
            .Select(name => AssemblyLoadContext.GetLoadContext(type.Assembly)!.LoadFromAssemblyName(name)).Single());
    }
}
