using System.Runtime.Loader;
using WholeTale.PowerShell.Tests.Shell;

namespace WholeTale.PowerShell.Tests.Modules;

/// <summary>What importing the module costs.</summary>
public sealed class LightImportTests
{
    // In a process of its own: this one has long loaded everything.
    [Fact]
    public async Task Importing_loads_the_loader_and_the_cmdlets_and_no_library()
    {
        var run = await ShellRun.RunAsync("-Command", $$"""
            Import-Module '{{Engine.Manifest}}'
            foreach ($context in [System.Runtime.Loader.AssemblyLoadContext]::All) {
                foreach ($assembly in $context.Assemblies) {
                    if ($assembly.Location.StartsWith('{{Path.Combine(Engine.Repository, "module")}}')) { $assembly.GetName().Name }
                }
            }
            """);

        Assert.Equal(["WholeTale.Loader", "WholeTale.PowerShell"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order());
    }

    [Fact]
    public void What_PowerShell_ships_is_not_carried()
    {
        var carried = Directory.EnumerateFiles(Path.Combine(Engine.Repository, "module", "bin", "lib"), "*.dll").Select(Path.GetFileNameWithoutExtension).ToHashSet();

        Assert.DoesNotContain("System.Management.Automation", carried);
        Assert.DoesNotContain("Newtonsoft.Json", carried);
        Assert.DoesNotContain("WholeTale.Simulator", carried);
        Assert.Contains("YamlDotNet", carried);
    }

    [Fact]
    public void Every_library_that_a_carried_one_needs_is_there_or_the_runtimes()
    {
        var folder = Path.Combine(Engine.Repository, "module", "bin", "lib");
        var carried = Directory.EnumerateFiles(folder, "*.dll").ToDictionary(path => Path.GetFileNameWithoutExtension(path), path => path);
        var context = new AssemblyLoadContext("reading", isCollectible: true);

        try
        {
            var missing = carried.Values
                .SelectMany(path => context.LoadFromAssemblyPath(path).GetReferencedAssemblies())
                .Select(name => name.Name!)
                .Distinct()
                .Where(name => !carried.ContainsKey(name) && !IsProvided(name))
                .ToList();

            Assert.Empty(missing);
        }
        finally
        {
            context.Unload();
        }
    }

    // By the runtime, or by PowerShell: the engine, which may not have been loaded before, and its packages, which lie beside this test.
    private static bool IsProvided(string name) =>
        name == typeof(System.Management.Automation.PSObject).Assembly.GetName().Name
        || File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"))
        || AssemblyLoadContext.Default.Assemblies.Any(assembly => assembly.GetName().Name == name)
        || File.Exists(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
}
