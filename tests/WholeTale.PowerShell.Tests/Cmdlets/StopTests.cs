using System.Diagnostics;
using System.Management.Automation;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using WholeTale.Tests;

namespace WholeTale.PowerShell.Tests.Cmdlets;

/// <summary>Ctrl+C, and what else ends a pipeline early.</summary>
public sealed class StopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_deploy_that_is_stopped_answers_within_a_second_and_is_finished_by_the_next()
    {
        using var cluster = new SimulatedCluster("Realistic");
        using var shell = cluster.Engine.Create("$cluster | Deploy-WholeTale -SkipGirderSetup");
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shell.Streams.Progress.DataAdded += (_, _) => started.TrySetResult();

        var running = shell.BeginInvoke();
        await started.Task.WaitAsync(Patience);
        var watch = Stopwatch.StartNew();
        shell.Stop();
        var elapsed = watch.Elapsed;

        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
        Assert.Equal("Ready", cluster.Engine.Run("($cluster | Deploy-WholeTale -SkipGirderSetup).Status").Single().ToString());
    }

    [Fact]
    public async Task A_deploy_that_is_stopped_at_any_moment_answers_within_a_second_and_is_finished_by_the_next()
    {
        const int Moments = 20;
        using var cluster = new SimulatedCluster();
        var watch = Stopwatch.StartNew();
        cluster.Engine.Run("$null = $cluster | Deploy-WholeTale -SkipGirderSetup -Setting @{ Namespace = 'undisturbed' }");
        var whole = watch.Elapsed;
        for (var i = 0; i < Moments; i++)
        {
            using var shell = cluster.Engine.Create($"$cluster | Deploy-WholeTale -SkipGirderSetup -Setting @{{ Namespace = 'stopped{i}' }}");

            var running = shell.BeginInvoke();
            await Task.WhenAny(Task.Delay(whole * Random.Shared.NextDouble()), Task.Run(() => running.AsyncWaitHandle.WaitOne()));
            watch.Restart();
            shell.Stop();
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));

            var deployment = cluster.Engine.Run($"($deployed = $cluster | Deploy-WholeTale -SkipGirderSetup -Setting @{{ Namespace = 'stopped{i}' }})").Single();
            Assert.Equal(("Ready", 1), (deployment.Properties["Status"].Value.ToString(), (int)deployment.Properties["Revision"].Value));
            cluster.Engine.Run("$deployed.Cluster | Remove-WholeTale -Confirm:$false");
        }
    }

    [Fact]
    public async Task An_undo_that_is_stopped_answers_within_a_second_and_is_finished_by_the_next()
    {
        using var cluster = new SimulatedCluster("Realistic");
        cluster.Engine.Run("$null = $cluster | Deploy-WholeTale -SkipGirderSetup -Component redis; $null = $cluster | Deploy-WholeTale -SkipGirderSetup -Component redis -Setting @{ 'Images.Redis' = 'redis:8' }");

        await StopAsync(cluster.Engine, "$cluster | Undo-WholeTale -Revision 1", shell =>
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            shell.Streams.Progress.DataAdded += (_, added) =>
            {
                if (shell.Streams.Progress[added.Index].Activity == "redis")
                    started.TrySetResult();
            };
            return started.Task;
        });

        Assert.Equal("Ready", cluster.Engine.Run("($cluster | Undo-WholeTale -Revision 1).Status").Single().ToString());
        Assert.DoesNotContain(cluster.Engine.Run("(Compare-WholeTale $cluster).Name").Select(name => name.ToString()), name => name == "redis");
    }

    [Fact]
    public async Task A_removal_that_is_stopped_answers_within_a_second_and_is_finished_by_the_next()
    {
        await using var simulator = await SimulatorProcess.StartAsync();
        using var engine = Engine.WithModule();
        engine.Run($"$cluster = Get-WTCluster -Provider Existing -Setting @{{ 'Existing.Kubeconfig' = '{simulator.Kubeconfig}'; 'Existing.Context' = '{simulator.Name}'; StateFolder = '{engine.Folder}' }}");
        engine.Run("$null = $cluster | Deploy-WholeTale -SkipGirderSetup -Component redis, mongo");
        await SetFaultsAsync(simulator, """[{"verb":"delete","resource":"deployments","name":"redis","action":"hang"}]""");

        await StopAsync(engine, "$cluster | Remove-WholeTale -Confirm:$false", _ => StruckAsync(simulator));
        await SetFaultsAsync(simulator, "[]");
        Assert.Single(engine.Run("Get-WTRevision $cluster"));
        engine.Run("$cluster | Remove-WholeTale -Confirm:$false");

        Assert.Equal("Missing", engine.Run("(Get-WholeTale $cluster).Status").Single().ToString());
        Assert.Empty(engine.Run("Get-WTRevision $cluster"));
    }

    [Fact]
    public async Task Following_a_log_goes_on_until_it_is_stopped()
    {
        using var cluster = new SimulatedCluster();
        cluster.Engine.Run("$null = $cluster | Deploy-WholeTale -SkipGirderSetup -Component redis");
        using var shell = cluster.Engine.Create("$cluster | Get-WTLog -Component redis -Follow");
        using var output = new PSDataCollection<PSObject>();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        output.DataAdded += (_, _) => begun.TrySetResult();

        var running = shell.BeginInvoke<PSObject, PSObject>(null, output);
        await begun.Task.WaitAsync(Patience);
        Assert.False(running.IsCompleted);
        var watch = Stopwatch.StartNew();
        shell.Stop();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public async Task Launches_that_are_stopped_leave_nothing()
    {
        using var cluster = new SimulatedCluster("Realistic");
        cluster.Engine.Run("$null = $cluster | Deploy-WholeTale -SkipGirderSetup -Component redis");
        using var shell = cluster.Engine.Create("1..4 | ForEach-Object { [pscustomobject]@{ Image = 'a/b'; Name = \"Tale $_\" } } | New-WTTalePod -Cluster $cluster");
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shell.Streams.Progress.DataAdded += (_, added) =>
        {
            if (shell.Streams.Progress[added.Index].StatusDescription == "starting")
                started.TrySetResult();
        };

        var running = shell.BeginInvoke();
        await started.Task.WaitAsync(Patience);
        shell.Stop();

        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        var deadline = Stopwatch.StartNew();
        while (cluster.Engine.Run("Get-WTTalePod $cluster").Count > 0)
            Assert.InRange(deadline.Elapsed, TimeSpan.Zero, Patience);
    }

    private static async Task SetFaultsAsync(SimulatorProcess simulator, string rules)
    {
        using var answer = await simulator.Http.PutAsJsonAsync("/simulator/v1/faults", JsonNode.Parse(rules));
        answer.EnsureSuccessStatusCode();
    }

    private static async Task StruckAsync(SimulatorProcess simulator)
    {
        while ((int?)JsonNode.Parse(await simulator.Http.GetStringAsync("/simulator/v1/faults"))![0]!["struck"] != 1)
            await Task.Yield();
    }

    // Stops a command as soon as it is under way.
    private static async Task StopAsync(Engine engine, string command, Func<System.Management.Automation.PowerShell, Task> start)
    {
        using var shell = engine.Create(command);
        var started = start(shell);
        var running = shell.BeginInvoke();
        await started.WaitAsync(Patience);
        var watch = Stopwatch.StartNew();
        shell.Stop();
        var elapsed = watch.Elapsed;

        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public void An_error_that_stops_the_pipeline_stops_the_work_of_the_command()
    {
        using var engine = Engine.WithModule();

        var outcome = engine.Try($"Get-WTCluster nope, nowhere -Setting @{{ StateFolder = '{engine.Folder}' }} -Provider Simulator -ErrorAction Stop");

        Assert.True(outcome.Terminated);
        Assert.Contains("'nope'", outcome.Errors.Single().Exception.Message, StringComparison.Ordinal);
    }
}
