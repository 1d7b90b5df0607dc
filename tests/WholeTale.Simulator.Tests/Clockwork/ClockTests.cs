namespace WholeTale.Simulator.Tests.Clockwork;

/// <summary>What takes time, takes it by the cluster's own clock.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan _tenth = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_pod_takes_a_believable_time_to_become_ready()
    {
        await using var cluster = await ClusterClock.StartAsync(delays: true);
        cluster.Create(
            cluster.World.Pod,
            """
            {"metadata":{"name":"web","namespace":"default"},"spec":{"containers":[{"name":"main","image":"nginx:1",
             "readinessProbe":{"httpGet":{"port":80,"path":"/"},"initialDelaySeconds":1,"periodSeconds":2}}]}}
            """);

        var took = await cluster.UntilAsync(
            () => (bool?)cluster.Read(cluster.World.Pod, "web")?["status"]?["containerStatuses"]?[0]?["ready"] == true, _tenth, TimeSpan.FromSeconds(20));

        // 0.3 to 2 s of pulling, 0.2 s of starting, 1.2 s until the probe; the clock moves in steps of 0.1 s.
        Assert.InRange(took, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_cron_job_makes_a_job_at_each_of_its_times_and_keeps_the_newest_three()
    {
        await using var cluster = await ClusterClock.StartAsync(delays: false);
        cluster.Create(
            cluster.World.CronJob,
            """
            {"metadata":{"name":"tick","namespace":"default"},"spec":{"schedule":"*/5 * * * *","jobTemplate":{"spec":{"template":{"spec":{
             "restartPolicy":"Never","containers":[{"name":"main","image":"busybox","command":["true"]}]}}}}}}
            """);

        await cluster.UntilAsync(
            () => (string?)cluster.Read(cluster.World.CronJob, "tick")?["status"]?["lastScheduleTime"] == "2026-01-01T12:25:00Z"
                && cluster.World.Store.List(cluster.World.Job, "default").Items.Count == 3,
            TimeSpan.FromMinutes(1),
            TimeSpan.FromHours(1));

        var names = cluster.World.Store.List(cluster.World.Job, "default").Items.Select(job => job.Name);
        Assert.Equal(["tick-29454495", "tick-29454500", "tick-29454505"], names.Select(name => name));
    }

    [Fact]
    public async Task A_deployment_that_does_not_progress_is_told_so_at_its_deadline()
    {
        await using var cluster = await ClusterClock.StartAsync(delays: true);
        cluster.Create(
            cluster.World.Deployment,
            """
            {"metadata":{"name":"web","namespace":"default"},"spec":{"progressDeadlineSeconds":600,"selector":{"matchLabels":{"app":"web"}},
             "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"main","image":"registry.invalid/web"}]}}}}
            """);

        var took = await cluster.UntilAsync(
            () => cluster.Read(cluster.World.Deployment, "web")?["status"]?["conditions"]?.AsArray()
                .Any(condition => (string?)condition!["reason"] == "ProgressDeadlineExceeded") == true,
            TimeSpan.FromSeconds(10),
            TimeSpan.FromSeconds(900));

        Assert.InRange(took, TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(680));
    }
}
