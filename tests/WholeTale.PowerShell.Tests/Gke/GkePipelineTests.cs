using WholeTale.Tests;

namespace WholeTale.PowerShell.Tests.Gke;

/// <summary>The provider Gke end to end: gRPC over TLS with a service account's key, against a simulated Google in a process of its own.</summary>
public sealed class GkePipelineTests : IAsyncLifetime
{
    private const string Settings =
        "@{ 'Provider' = 'Gke'; 'Gke.ProjectId' = 'simulated-project'; 'Gke.ApiEndpoint' = $env:WT_TEST_GKE; 'Gke.CertificateAuthorityFile' = \"$PWD/google.pem\"; 'Gke.CredentialsFile' = $env:WT_TEST_GKE_KEY; "
        + "'Gke.BuilderNodeCount' = 1; 'Gke.Location' = 'us-central1-a' }";

    private SimulatorProcess simulator = null!;
    private Engine engine = null!;

    public async ValueTask InitializeAsync()
    {
        simulator = await SimulatorProcess.StartAsync("--gke");
        engine = Engine.WithModule();
        engine.Write("google.pem", (string)simulator.State["gke"]!["certificateAuthority"]!);
        engine.Run($"$env:WT_TEST_GKE = '{simulator.State["gke"]!["endpoint"]}'; $env:WT_TEST_GKE_KEY = '{simulator.State["gke"]!["serviceAccountKeyFile"]}'; $settings = {Settings}");
    }

    public async ValueTask DisposeAsync()
    {
        engine.Dispose();
        await simulator.DisposeAsync();
    }

    [Fact]
    public void A_cluster_is_created_deployed_to_emptied_and_deleted_in_one_pipeline()
    {
        var outcome = engine.Try("New-WTCluster papers -Setting $settings -OutVariable made | Deploy-WholeTale -WarningAction SilentlyContinue -OutVariable deployed | ForEach-Object Cluster | Remove-WholeTale -PassThru -Confirm:$false | Remove-WTCluster -Confirm:$false -WarningVariable kept");

        Assert.Empty(outcome.Errors);
        Assert.Equal("papers|Gke|us-central1-a|Running|5", engine.Run("'{0}|{1}|{2}|{3}|{4}' -f $made[0].Name, $made[0].Provider, $made[0].Location, $made[0].Status, $made[0].NodeCount").Single().ToString());
        Assert.Equal("Ready", engine.Run("$deployed[0].Status").Single().ToString());
        Assert.Empty(engine.Run("Get-WTCluster -Provider Gke -Setting $settings"));
        // The platform gave its disks and balancers back: nothing goes on costing money.
        Assert.Empty(engine.Run("$kept"));
    }

    [Fact]
    public void Creating_is_safe_to_repeat_and_the_size_can_be_changed()
    {
        var endpoints = engine.Run("1..2 | ForEach-Object { (New-WTCluster papers -Setting $settings).Endpoint.Authority }");
        Assert.Single(endpoints.Select(endpoint => endpoint.ToString()).Distinct());

        Assert.Equal("3", engine.Run("(Get-WTCluster papers -Setting $settings | Set-WTCluster -NodeCount 2).NodeCount").Single().ToString());
        Assert.Equal("3", engine.Run("Get-WTCluster papers -Setting $settings | Set-WTCluster -NodeCount 7 -WhatIf; (Get-WTCluster papers -Setting $settings).NodeCount").Single().ToString());
    }

    [Fact]
    public void A_cluster_that_is_begun_without_waiting_is_waited_for_later()
    {
        engine.Run("$null = New-WTCluster papers -Setting $settings -NoWait");

        Assert.Equal("Running", engine.Run("(Get-WTCluster papers -Setting $settings -Wait).Status").Single().ToString());
    }

    [Fact]
    public void A_protected_cluster_is_not_deleted_until_the_protection_is_lifted()
    {
        engine.Run("$cluster = New-WTCluster papers -Setting $settings; $null = $cluster | Set-WTCluster -DeletionProtection $true");

        var refused = engine.Try("$cluster | Remove-WTCluster -Confirm:$false -Force");
        Assert.StartsWith("ClusterProtected", refused.Errors.Single().FullyQualifiedErrorId, StringComparison.Ordinal);

        engine.Run("$null = $cluster | Set-WTCluster -DeletionProtection $false; $cluster | Remove-WTCluster -Confirm:$false");
        Assert.Empty(engine.Run("Get-WTCluster -Provider Gke -Setting $settings"));
    }

    [Fact]
    public void What_a_cluster_leaves_behind_is_told_when_it_is_deleted_with_the_platform_on_it()
    {
        engine.Run("$cluster = New-WTCluster papers -Setting $settings; $null = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue");

        engine.Run("$cluster | Remove-WTCluster -Confirm:$false -WarningVariable kept -WarningAction SilentlyContinue");

        var kept = engine.Run("$kept").Select(warning => warning.ToString()).ToList();
        Assert.Contains(kept, warning => warning.Contains("wholetale/mongo", StringComparison.Ordinal) && warning.Contains("disk", StringComparison.Ordinal));
    }

    [Fact]
    public void A_kubeconfig_names_the_plugin_or_on_request_the_token_of_the_moment()
    {
        engine.Run("$cluster = New-WTCluster papers -Setting $settings; $null = $cluster | Export-WTKubeconfig -Path ./plugin; $null = $cluster | Export-WTKubeconfig -Path ./token -WithToken");

        var plugin = File.ReadAllText(Path.Combine(engine.Folder, "plugin"));
        Assert.Contains("gke-gcloud-auth-plugin", plugin, StringComparison.Ordinal);
        Assert.DoesNotContain("ya29.", plugin, StringComparison.Ordinal);
        Assert.Contains("ya29.", File.ReadAllText(Path.Combine(engine.Folder, "token")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"on":"gke","verb":"CreateCluster","status":403,"reason":"SERVICE_DISABLED"}]""", "GoogleApiDisabled")]
    [InlineData("""[{"on":"gke","verb":"CreateCluster/operation","action":"fail","status":429,"message":"Insufficient regional quota to satisfy request: resource \"CPUS\": request requires '8.0' and is short '4.0'."}]""", "GoogleQuotaExceeded")]
    [InlineData("""[{"on":"token","status":400,"reason":"invalid_grant","message":"Invalid JWT Signature."}]""", "GoogleLoginFailed")]
    public async Task What_goes_wrong_at_Google_is_told_as_one_error(string faults, string id)
    {
        using var answer = await simulator.Http.PutAsync("/simulator/v1/faults", new StringContent(faults), TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();

        var outcome = engine.Try("New-WTCluster papers -Setting $settings");

        Assert.StartsWith(id, outcome.Errors.Single().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.NotEmpty(outcome.Errors.Single().ErrorDetails?.RecommendedAction ?? "");
    }

    [Fact]
    public void A_listing_of_all_clusters_passes_over_Google_where_nothing_names_a_project()
    {
        var outcome = engine.Try("Get-WTCluster -Setting @{ StateFolder = \"$PWD/state\" } -Verbose 4>&1");

        Assert.Empty(outcome.Errors);
    }

    [Fact]
    public async Task Gcloud_sees_the_cluster_that_we_made_and_we_see_the_one_that_gcloud_made()
    {
        using var gcloud = await GcloudTool.RequireAsync(simulator);
        engine.Run("$null = New-WTCluster ours -Setting $settings");
        await gcloud.RunAsync("container", "clusters", "create", "theirs", "--zone", "us-east1-b", "--num-nodes", "1");

        var listed = await gcloud.RunAsync("container", "clusters", "list", "--format=value(name,status)");
        Assert.Contains("ours\tRUNNING", listed, StringComparison.Ordinal);
        Assert.Equal("Running|us-east1-b|1", engine.Run("Get-WTCluster theirs -Setting $settings | ForEach-Object { '{0}|{1}|{2}' -f $_.Status, $_.Location, $_.NodeCount }").Single().ToString());
        // Not ours to delete, unless somebody insists.
        Assert.StartsWith("ClusterNotOurs", engine.Try("Get-WTCluster theirs -Setting $settings | Remove-WTCluster -Confirm:$false").Errors.Single().FullyQualifiedErrorId, StringComparison.Ordinal);
    }
}
