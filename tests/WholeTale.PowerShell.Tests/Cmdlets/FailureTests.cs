using System.Net.Http.Json;
using System.Text.Json.Nodes;
using WholeTale.Tests;

namespace WholeTale.PowerShell.Tests.Cmdlets;

/// <summary>Several components that fail in one run are as many errors, whatever they failed for.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    private const string Refusal = "\"status\":403,\"reason\":\"Forbidden\",\"message\":\"admission webhook \\\"policy.test\\\" denied the request: no\"";

    private SimulatorProcess simulator = null!;
    private Engine engine = null!;

    public async ValueTask InitializeAsync()
    {
        simulator = await SimulatorProcess.StartAsync();
        engine = Engine.WithModule();
        engine.Run($"$cluster = Get-WTCluster -Provider Existing -Setting @{{ 'Existing.Kubeconfig' = '{simulator.Kubeconfig}'; 'Existing.Context' = '{simulator.Name}'; StateFolder = '{engine.Folder}' }}");
    }

    public async ValueTask DisposeAsync()
    {
        engine.Dispose();
        await simulator.DisposeAsync();
    }

    [Fact]
    public async Task A_deploy_writes_an_error_for_each_component_that_was_refused_or_is_not_ready()
    {
        await SetFaultsAsync(
            $$"""{"verb":"patch","resource":"statefulsets","name":"mongo",{{Refusal}}}""", $$"""{"verb":"patch","resource":"deployments","name":"registry",{{Refusal}}}""",
            """{"on":"image","image":"redis*","message":"redis: not found"}""");

        var outcome = engine.Try("$cluster | Deploy-WholeTale -SkipGirderSetup -ErrorVariable failed");
        var stopped = engine.Try("$cluster | Deploy-WholeTale -SkipGirderSetup -ErrorAction Stop");

        Assert.Equal(3, outcome.Errors.Count);
        Assert.Equal(["KubernetesForbidden", "NotReady", "KubernetesForbidden"], outcome.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Single(outcome.Errors, error => error.Exception.Message.StartsWith("Component mongo cannot be deployed: ", StringComparison.Ordinal));
        Assert.Single(outcome.Errors, error => error.Exception.Message.StartsWith("Component registry cannot be deployed: ", StringComparison.Ordinal));
        Assert.Equal("redis", outcome.Errors[1].TargetObject);
        Assert.Equal("3", engine.Run("$failed.Count").Single().ToString());
        Assert.DoesNotContain(outcome.Warnings, warning => warning.Contains("redis", StringComparison.Ordinal));
        Assert.True(stopped.Terminated);
        Assert.Equal("KubernetesForbidden", Assert.Single(stopped.Errors).FullyQualifiedErrorId.Split(',')[0]);
    }

    [Fact]
    public async Task An_undo_writes_an_error_for_each_component_that_fails()
    {
        engine.Run("$null = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue");
        engine.Run("$null = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue -Setting @{ 'Images.Redis' = 'redis:8'; 'Images.Dashboard' = 'wholetale/ngx-dashboard:next'; 'Images.Mongo' = 'mongo:7' }");
        // What the plan tries out is let through.
        await SetFaultsAsync(
            $$"""{"verb":"patch","resource":"statefulsets","name":"mongo","after":1,{{Refusal}}}""", $$"""{"verb":"patch","resource":"deployments","name":"dashboard","after":1,{{Refusal}}}""");

        var outcome = engine.Try("$cluster | Undo-WholeTale -Revision 1");

        Assert.Equal(2, outcome.Errors.Count);
        Assert.StartsWith("Component mongo cannot be deployed: ", outcome.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("Component dashboard cannot be deployed: ", outcome.Errors[1].Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deploy_writes_an_error_for_each_object_that_it_would_be_refused_and_a_comparison_a_row()
    {
        engine.Run("$null = $cluster | Deploy-WholeTale -SkipGirderSetup -WarningAction SilentlyContinue");
        await EditAsync("dashboard", """{"spec":{"template":{"spec":{"containers":[{"name":"dashboard","image":"theirs:1"}]}}}}""");
        await EditAsync("redis", """{"spec":{"strategy":{"type":"RollingUpdate"}}}""");
        const string Setting = "@{ 'Volumes.StorageClass' = 'other'; 'Volumes.MongoData' = '100Mi' }";

        var deployed = engine.Try($"$cluster | Deploy-WholeTale -SkipGirderSetup -Setting {Setting}");
        var foreseen = engine.Try($"$cluster | Deploy-WholeTale -SkipGirderSetup -Setting {Setting} -WhatIf");
        var compared = engine.Try($"Get-WTCluster -Name '{simulator.Name}' -Provider Existing -Setting ({Setting} + @{{ 'Existing.Kubeconfig' = '{simulator.Kubeconfig}'; 'Existing.Context' = '{simulator.Name}'; StateFolder = '{engine.Folder}' }}) | Compare-WholeTale");
        var forced = engine.Try("$cluster | Deploy-WholeTale -SkipGirderSetup -Force -WarningAction SilentlyContinue");

        foreach (var outcome in new[] { deployed, foreseen })
        {
            Assert.Equal(2, outcome.Errors.Count(error => error.FullyQualifiedErrorId.StartsWith("Conflict,", StringComparison.Ordinal)));
            Assert.Equal(5, outcome.Errors.Count(error => error.FullyQualifiedErrorId.StartsWith("FieldImmutable,", StringComparison.Ordinal)));
            Assert.Contains(outcome.Errors, error => error.Exception.Message.Contains("Set Volumes.StorageClass to standard and Volumes.MongoData to ", StringComparison.Ordinal));
        }

        Assert.Empty(compared.Errors);
        var rows = compared.Output.Select(row => (Name: row.Properties["Name"].Value, Path: row.Properties["Path"].Value, Obstacle: row.Properties["Obstacle"].Value)).ToList();
        Assert.Contains(("dashboard", "spec.template.spec.containers[dashboard].image", "needs -Force"), rows);
        Assert.Contains(("redis", "spec.strategy.type", "needs -Force"), rows);
        Assert.Contains(("mongo-data", "spec.resources.requests.storage", "refused: a claim cannot shrink"), rows);
        Assert.Equal(5, rows.Count(row => row is { Path: "spec.storageClassName", Obstacle: "refused: may not change once it is made" }));
        Assert.Empty(forced.Errors);
    }

    private async Task EditAsync(string name, string patch)
    {
        using var content = new StringContent(patch, null, "application/strategic-merge-patch+json");
        using var answer = await simulator.Http.PatchAsync($"/apis/apps/v1/namespaces/wholetale/deployments/{name}?fieldManager=kubectl-edit", content);
        answer.EnsureSuccessStatusCode();
    }

    private async Task SetFaultsAsync(params IEnumerable<string> rules)
    {
        using var answer = await simulator.Http.PutAsJsonAsync("/simulator/v1/faults", JsonNode.Parse($"[{string.Join(',', rules)}]"));
        answer.EnsureSuccessStatusCode();
    }
}
