using System.Reflection;

namespace WholeTale.PowerShell.Tests.Modules;

/// <summary>The module beside another that brings an older version of a library that both use.</summary>
public sealed class NeighbourTests
{
    private static readonly string Older = typeof(NeighbourTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "OlderYamlDotNet").Value!;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_older_YamlDotNet_of_another_module_and_ours_do_not_meet(bool neighbourFirst)
    {
        using var engine = Engine.Bare();
        engine.Write("Neighbour/Neighbour.psd1", $"@{{ RootModule = 'Neighbour.psm1'; ModuleVersion = '1.0'; RequiredAssemblies = '{Older}'; FunctionsToExport = 'ConvertTo-Neighbour' }}");
        engine.Write("Neighbour/Neighbour.psm1", "function ConvertTo-Neighbour($Value) { [YamlDotNet.Serialization.SerializerBuilder]::new().Build().Serialize($Value) }");
        var neighbour = "Import-Module ./Neighbour/Neighbour.psd1";
        var ours = $"Import-Module '{Engine.Manifest}'";

        engine.Run(neighbourFirst ? $"{neighbour}; {ours}" : $"{ours}; {neighbour}");

        Assert.Equal("- 1\n- 2", engine.Run("(ConvertTo-Neighbour @(1, 2)).Trim().Replace(\"`r\", '')").Single().ToString());
        Assert.Equal("13", engine.Run("[YamlDotNet.Serialization.SerializerBuilder].Assembly.GetName().Version.Major").Single().ToString());
        // Reading a kubeconfig takes our own YamlDotNet.
        var kubeconfig = engine.Write("kubeconfig", "apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n");
        Assert.Empty(engine.Run($"Get-WTCluster -Provider Existing -Setting @{{ 'Existing.Kubeconfig' = '{kubeconfig}' }}"));
        Assert.Contains(
            AppDomain.CurrentDomain.GetAssemblies(),
            assembly => assembly.GetName() is { Name: "YamlDotNet", Version.Major: 18 } && System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(assembly)?.Name == "WholeTale");
    }
}
