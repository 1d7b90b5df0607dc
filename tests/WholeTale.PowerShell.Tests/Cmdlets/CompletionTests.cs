using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Cmdlets;

/// <summary>What the Tab key offers.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("Get-WTSetting Gke.NodeC", "Gke.NodeCount")]
    [InlineData("Get-WTSetting -Name volumes.mongo", "Volumes.MongoData")]
    [InlineData("New-WTCluster -Provider Sim", "Simulator")]
    [InlineData("Deploy-WholeTale x -Component gird", "girder")]
    [InlineData("Get-WTLog x wor", "worker")]
    public void A_name_is_completed(string line, string expected)
    {
        using var engine = Engine.WithModule();

        Assert.Equal([expected], Complete(engine, line));
    }

    [Fact]
    public void Names_of_clusters_are_those_of_this_machine()
    {
        using var engine = Engine.WithModule();
        engine.Write("settings.psd1", $"@{{ StateFolder = '{engine.Folder}/state'; Existing = @{{ Kubeconfig = 'kubeconfig' }} }}");
        engine.Write("kubeconfig", "apiVersion: v1\nkind: Config\ncontexts:\n- name: an odd one\n  context: {cluster: c, user: u}\n- name: other\n  context: {cluster: c, user: u}\nclusters:\n- name: c\n  cluster: {server: 'https://127.0.0.1:9'}\n");

        Assert.Equal(["'an odd one'"], Complete(engine, "Get-WholeTale an"));
        Assert.Equal(["'an odd one'", "other"], Complete(engine, "Remove-WholeTale -Cluster ").Order());
    }

    [Fact]
    public void Revisions_are_completed_and_come_by_the_pipeline_with_their_cluster()
    {
        using var cluster = new SimulatedCluster();
        cluster.Engine.Write("settings.psd1", $"@{{ StateFolder = '{cluster.Engine.Folder}/state' }}");
        cluster.Engine.Run("""
            $null = $cluster | Deploy-WholeTale -Component redis -WarningAction SilentlyContinue
            $null = $cluster | Deploy-WholeTale -Component redis -Setting @{ 'Images.Redis' = 'redis:8' } -WarningAction SilentlyContinue
            """);

        Assert.Equal(["2", "1"], Complete(cluster.Engine, "Undo-WholeTale test -Revision "));
        cluster.Engine.Run("Get-WTRevision $cluster | Where-Object Number -EQ 1 | Undo-WholeTale -Cluster $cluster -WhatIf");
        Assert.Equal("3", cluster.Engine.Run("(Get-WTRevision $cluster | Where-Object Number -EQ 1 | Undo-WholeTale).Revision").Single().ToString());
    }

    [Fact]
    public void Ids_of_tales_are_those_that_run_on_the_cluster()
    {
        using var cluster = new SimulatedCluster();
        cluster.Engine.Write("settings.psd1", $"@{{ StateFolder = '{cluster.Engine.Folder}/state' }}");
        cluster.Engine.Run("""
            $null = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue
            foreach ($id in 'first one', 'second') { $null = $cluster | New-WTTalePod -Image 'jupyter/base-notebook' -InstanceId $id -Name Tale }
            """);

        Assert.Equal(["'first one'"], Complete(cluster.Engine, "Get-WTLog test -InstanceId fi"));
        Assert.Equal(["'first one'", "second"], Complete(cluster.Engine, "Remove-WTTalePod test "));
        Assert.Empty(Complete(cluster.Engine, "Get-WTTalePod nowhere s"));
    }

    [Fact]
    public void A_settings_file_that_is_wrong_completes_nothing_and_breaks_nothing()
    {
        using var engine = Engine.WithModule();
        engine.Write("settings.psd1", "@{ this is no data");

        Assert.DoesNotContain(Complete(engine, "Get-WholeTale -Cluster "), name => name.Contains("Exception", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Complete(Engine engine, string line)
    {
        using var shell = engine.Create("");
        shell.Commands.Clear();
        return [.. CommandCompletion.CompleteInput(line, line.Length, null, shell).CompletionMatches.Select(match => match.CompletionText)];
    }
}
