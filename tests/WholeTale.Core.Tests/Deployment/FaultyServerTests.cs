using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Core.Manifests;
using WholeTale.Tests;

namespace WholeTale.Core.Tests.Deployment;

/// <summary>
/// A server that fails a fifth of all requests, in every way that the simulator knows. A run ends in the right state or with one error that names the cause: it never
/// hangs, and never reports a success that is none. A few seeds by default; <c>WT_FAULT_SEEDS=200</c> for more.
/// </summary>
public sealed class FaultyServerTests(SimulatedCluster simulated, ITestOutputHelper output) : IClassFixture<SimulatedCluster>
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    private static int Seeds => int.Parse(Environment.GetEnvironmentVariable("WT_FAULT_SEEDS") ?? "12", CultureInfo.InvariantCulture);

    [Fact]
    public async Task With_a_fifth_of_requests_failing_every_run_ends_right_or_with_one_clear_error()
    {
        var (first, second) = (await UndisturbedAsync("first", First), await UndisturbedAsync("second", First, Second));
        var failures = new ConcurrentBag<string>();
        var done = 0;
        foreach (var seeds in Enumerable.Range(1, Seeds).Chunk(20))
        {
            // Each seed has a namespace of its own, and rules for that alone.
            await simulated.SetFaultsAsync(seeds.SelectMany(Rules));
            await Task.WhenAll(seeds.Select(async seed =>
            {
                var space = $"seed{seed}";
                if (await TryAsync(space, First(space)) is { } early)
                {
                    failures.Add($"seed {seed}, first deploy: {early}");
                    return;
                }

                Assert.Equal(first, await NamespaceState.ReadAsync(simulated.Http, space));
                if (await TryAsync(space, Second(space)) is { } late)
                {
                    failures.Add($"seed {seed}, upgrade: {late}");
                    return;
                }

                Assert.Equal(second, await NamespaceState.ReadAsync(simulated.Http, space));
                Interlocked.Increment(ref done);
            }));

            // However it ended, the next run on a healthy server makes it right.
            await simulated.SetFaultsAsync([]);
            foreach (var seed in seeds)
            {
                await SimulatedCluster.DeployAsync(simulated.Cluster($"seed{seed}"), Second($"seed{seed}"));
                Assert.Equal(Written(second), Written(await NamespaceState.ReadAsync(simulated.Http, $"seed{seed}")));
            }
        }

        output.WriteLine($"{done} of {Seeds} seeds ended right twice; the others with one error:");
        foreach (var failure in failures.Order(StringComparer.Ordinal))
            output.WriteLine(failure);
        Assert.True(done >= Seeds * 3 / 4, $"Only {done} of {Seeds} seeds ended right.");
    }

    // The error of a run that failed; null for one that says it went well.
    private async Task<string?> TryAsync(string space, ManifestSet manifests)
    {
        try
        {
            await SimulatedCluster.DeployAsync(simulated.Cluster(space), manifests).WaitAsync(_patience);
            return null;
        }
        catch (WholeTaleException exception)
        {
            Assert.Matches("fault|temporarily|unable to handle|Too many|Timeout:|too old|Expired|cannot be reached|does not answer|breaks off|not JSON|Conflict", exception.Message);
            return exception.Message;
        }
    }

    private async Task<string> UndisturbedAsync(string space, params Func<string, ManifestSet>[] plans)
    {
        foreach (var plan in plans)
            await SimulatedCluster.DeployAsync(simulated.Cluster(space), plan(space));
        return await NamespaceState.ReadAsync(simulated.Http, space);
    }

    // Without the records of runs, of which a failed one leaves one more.
    private static string Written(string state) => string.Join('\n', state.Split('\n').Where(line => !line.Contains("wholetale-revision", StringComparison.Ordinal)));

    private static IEnumerable<string> Rules(int seed)
    {
        string[] faults =
        [
            """ "on":"api","status":503,"probability":0.03 """, """ "on":"api","status":500,"probability":0.03 """, """ "on":"api","status":504,"probability":0.02 """,
            """ "on":"api","action":"throttle","retryAfter":1,"probability":0.02 """, """ "on":"api","action":"reset","probability":0.03 """,
            """ "on":"api","action":"latency","milliseconds":300,"probability":0.03 """, """ "on":"api","action":"break","bytes":100,"probability":0.03 """,
            """ "on":"api","action":"drop","bytes":100,"probability":0.02 """, """ "on":"api","verb":"list","action":"stale","probability":0.02 """,
            """ "on":"watch","action":"break","bytes":300,"probability":0.05 """, """ "on":"watch","action":"drop","bytes":300,"probability":0.05 """,
            """ "on":"watch","action":"expire","probability":0.04 """, """ "on":"watch","status":503,"probability":0.04 """, """ "on":"watch","action":"stall","bytes":0,"probability":0.02 """,
        ];
        return faults.Select((fault, index) => $$"""{"userAgent":"wholetale*","namespace":"seed{{seed}}","seed":{{seed + (1000 * index)}},{{fault}}}""");
    }

    private static ManifestSet First(string space) => Given.Manifests(
        ("store", [], [Given.ConfigMap(space, "settings", "one"), Given.ConfigMap(space, "former", "one")]), ("front", ["store"], [Given.Workload(space, "front")]));

    private static ManifestSet Second(string space) => Given.Manifests(
        ("store", [], [Given.ConfigMap(space, "settings", "two")]), ("front", ["store"], [Given.Workload(space, "front", "redis:8")]));
}
