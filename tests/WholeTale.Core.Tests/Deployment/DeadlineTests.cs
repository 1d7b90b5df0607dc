using Microsoft.Extensions.Time.Testing;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>The time for the whole: what it holds, and what is said when it is over.</summary>
public sealed class DeadlineTests(SimulatedCluster simulated) : IClassFixture<SimulatedCluster>
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_plan_that_lies_before_a_person_loses_no_time()
    {
        var deadline = Minute();

        _time.Advance(TimeSpan.FromSeconds(10));
        deadline.Pause();
        _time.Advance(TimeSpan.FromHours(1));
        deadline.Resume();
        deadline.Resume();
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(TimeSpan.FromSeconds(30), deadline.Remaining);
        Assert.False(deadline.IsOver);
    }

    [Theory]
    [InlineData(20, 20, "20 s", "the setting Ingress.AddressTimeout")]
    [InlineData(900, 60, "60 s, all that was left of the 60 s for the whole deploy", "-Timeout")]
    public void The_shorter_time_is_the_one_that_is_named(int part, int length, string words, string source)
    {
        var shorter = Minute().Shorten(new TimeLimit(TimeSpan.FromSeconds(part), "the setting Ingress.AddressTimeout"));

        Assert.Equal((TimeSpan.FromSeconds(length), words, source), (shorter.Length, shorter.Words, shorter.Source));
    }

    [Fact]
    public async Task Work_ends_with_the_time_and_who_stops_it_earlier_is_told_of_no_deadline()
    {
        using var stop = new CancellationTokenSource();
        var late = Minute().KeepAsync(token => Task.Delay(Timeout.InfiniteTimeSpan, _time, token), () => new DeploymentException("Late", FailureKind.TimedOut, null, "Late."), CancellationToken.None);
        var stopped = Minute().KeepAsync(token => Task.Delay(Timeout.InfiniteTimeSpan, _time, token), () => new DeploymentException("Late", FailureKind.TimedOut, null, "Late."), stop.Token);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(late.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("Late", (await Assert.ThrowsAsync<DeploymentException>(() => late)).ErrorId);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_ends_the_plan_with_the_time_and_nothing_is_written()
    {
        await simulated.SetFaultsAsync("""{"userAgent":"wholetale*","namespace":"mute","resource":"configmaps","verb":"list","action":"hang"}""");

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(
            simulated.Cluster("mute"), Given.Manifests(("front", [], [Given.ConfigMap("mute", "a", "b")])), new DeployOptions { Timeout = TimeSpan.FromSeconds(1) }));

        await simulated.SetFaultsAsync();
        Assert.Equal(("NotBegun", FailureKind.TimedOut), (exception.ErrorId, exception.Kind));
        Assert.Contains("the time for the whole deploy, 1 s, was over before test had answered", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("or allow more time by -Timeout.", exception.Message, StringComparison.Ordinal);
        Assert.Null(await simulated.FindAsync("v1", "Namespace", null, "mute"));
    }

    [Theory]
    [InlineData("namespaces", "patch")]
    [InlineData("leases", "create")]
    [InlineData("secrets", "create")]
    public async Task A_cluster_that_does_not_answer_ends_the_beginning_with_the_time_and_the_next_deploy_goes_on(string resource, string verb)
    {
        var space = $"mute-{resource}";
        var manifests = Given.Manifests(("front", [], [Given.ConfigMap(space, "a", "b")]));
        await simulated.SetFaultsAsync($$"""{"userAgent":"wholetale*","resource":"{{resource}}","verb":"{{verb}}","action":"hang"}""");

        var exception = await Assert.ThrowsAsync<DeploymentException>(() => SimulatedCluster.DeployAsync(
            simulated.Cluster(space), manifests, new DeployOptions { Timeout = TimeSpan.FromSeconds(2) }).WaitAsync(TimeSpan.FromSeconds(20)));

        await simulated.SetFaultsAsync();
        Assert.Equal(("NotBegun", FailureKind.TimedOut), (exception.ErrorId, exception.Kind));
        Assert.Contains(
            "the time for the whole deploy, 2 s, was over before test had taken the deploy's lease and its record. No object of the platform has been written.", exception.Message, StringComparison.Ordinal);
        Assert.Null(await simulated.FindAsync("v1", "ConfigMap", space, "a"));
        Assert.Equal(ComponentStatus.Ready, (await SimulatedCluster.DeployAsync(simulated.Cluster(space), manifests)).Status);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_the_last_look_does_not_keep_the_deploy()
    {
        simulated.RequireSimulator();
        await simulated.SetFaultsAsync(
            """{"on":"probe","namespace":"last"}""",
            """{"userAgent":"wholetale*","namespace":"last","resource":"pods","verb":"list","action":"hang"}""",
            """{"userAgent":"wholetale*","namespace":"last","resource":"deployments","verb":"get","action":"hang"}""");
        var workload = Given.Workload("last", "front");
        workload["spec"]!["template"]!["spec"]!["containers"]![0]!["readinessProbe"] = Given.Json("""{"tcpSocket":{"port":80},"failureThreshold":30}""");

        var exception = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(
            simulated.Cluster("last"), Given.Manifests(("front", [], [workload])), new DeployOptions { Timeout = TimeSpan.FromSeconds(3) }).WaitAsync(TimeSpan.FromSeconds(25)));

        await simulated.SetFaultsAsync();
        Assert.Equal("TimedOut", exception.Diagnosis.Reason);
        Assert.Contains("the time for the whole deploy, 3 s, is over.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_is_not_applied_in_time_is_named()
    {
        await simulated.SetFaultsAsync("""{"userAgent":"wholetale*","namespace":"unapplied","resource":"configmaps","name":"second","verb":"patch","action":"hang"}""");
        var manifests = Given.Manifests(("front", [], [Given.ConfigMap("unapplied", "first", "a"), Given.ConfigMap("unapplied", "second", "b")]));
        var cluster = simulated.Cluster("unapplied", new DeploySettings { Timeout = TimeSpan.FromSeconds(3), ComponentTimeout = TimeSpan.FromSeconds(1) });

        var exception = await Assert.ThrowsAsync<NotReadyException>(() => SimulatedCluster.DeployAsync(cluster, manifests));

        await simulated.SetFaultsAsync();
        Assert.Equal(("TimedOut", "ConfigMap unapplied/second"), (exception.Diagnosis.Reason, exception.Diagnosis.Object));
        Assert.Contains("ConfigMap unapplied/second of component front was not applied when the time for the whole deploy, 3 s, was over: the API server had not answered.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("allow more time by the setting Deploy.Timeout.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(ComponentStatus.Failed, exception.Deployment!.Status);
    }

    [Fact]
    public async Task A_Girder_that_stays_silent_ends_the_deploy_with_the_time_for_the_whole()
    {
        simulated.RequireSimulator();
        var cluster = simulated.Cluster("silent");
        await using (var first = await PlatformDeployment.PlanAsync(cluster, new DeployOptions { SkipGirderSetup = true }, new SimulatedCluster.Listener(), CancellationToken.None))
            await first.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None);
        await simulated.SetFaultsAsync("""{"on":"backend","namespace":"silent","status":503}""");

        // A component may take much longer than the whole.
        await using var plan = await PlatformDeployment.PlanAsync(
            cluster, new DeployOptions { Timeout = TimeSpan.FromSeconds(5), ComponentTimeout = TimeSpan.FromMinutes(15) }, new SimulatedCluster.Listener(), CancellationToken.None);
        var exception = await Assert.ThrowsAsync<WholeTale.Core.Girder.GirderException>(() => plan.RunAsync(new SimulatedCluster.Listener(), CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1)));

        await simulated.SetFaultsAsync();
        Assert.Equal((FailureKind.TimedOut, "Start"), (exception.Kind, exception.Step));
        Assert.Contains("all that was left of the 5 s for the whole deploy; the last answer was 503", exception.Message, StringComparison.Ordinal);
        Assert.Contains("allow more time by -Timeout.", exception.Message, StringComparison.Ordinal);
    }

    private Deadline Minute() => new(new TimeLimit(TimeSpan.FromMinutes(1), "-Timeout"), _time);
}
