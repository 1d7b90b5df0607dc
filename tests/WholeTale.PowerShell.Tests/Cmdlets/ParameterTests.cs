namespace WholeTale.PowerShell.Tests.Cmdlets;

/// <summary>What parameters refuse, and what several clusters make of one file.</summary>
public sealed class ParameterTests
{
    // None of these is there: whoever asked it would say so.
    [Theory]
    [InlineData("Deploy-WholeTale nowhere -Component @()", "ParameterArgumentValidationError")]
    [InlineData("Deploy-WholeTale nowhere -Component ''", "ParameterArgumentValidationError")]
    [InlineData("Get-WTLog nowhere -Component @()", "ParameterArgumentValidationError")]
    [InlineData("Get-WTLog nowhere -Pod @()", "ParameterArgumentValidationError")]
    [InlineData("Get-WTLog nowhere -InstanceId @()", "ParameterArgumentValidationError")]
    [InlineData("Test-WholeTale nowhere -Name @()", "ParameterArgumentValidationError")]
    [InlineData("Get-WTTalePod nowhere -Status @()", "ParameterArgumentValidationError")]
    [InlineData("Get-WTTalePod nowhere -InstanceId ''", "ParameterArgumentValidationError")]
    [InlineData("Get-WTCluster -Name @()", "ParameterArgumentValidationError")]
    [InlineData("Get-WTSetting @()", "ParameterArgumentValidationError")]
    [InlineData("Deploy-WholeTale nowhere -Atomic -NoWait", "AtomicWithoutWaiting")]
    public void What_means_nothing_is_refused_before_anything_is_asked(string line, string id)
    {
        using var engine = Engine.WithModule();

        Assert.Equal(id, Assert.Single(engine.Try(line).Errors).FullyQualifiedErrorId.Split(',')[0]);
    }

    [Fact]
    public void Each_cluster_has_a_page_of_its_own()
    {
        using var cluster = new SimulatedCluster();

        cluster.Engine.Run("""
            $other = New-WTCluster other -Provider Simulator -Setting @{ StateFolder = "$PWD/state"; 'Simulator.Delays' = 'None' }
            try { $null = $cluster, $other | Deploy-WholeTale -Component redis -ReportPath deploy.html -WarningAction SilentlyContinue }
            finally { $other | Remove-WTCluster -Confirm:$false }
            """);

        Assert.Contains("Whole Tale on test", File.ReadAllText(Path.Combine(cluster.Engine.Folder, "deploy.html")), StringComparison.Ordinal);
        Assert.Contains("Whole Tale on other", File.ReadAllText(Path.Combine(cluster.Engine.Folder, "deploy-other.html")), StringComparison.Ordinal);
    }
}
