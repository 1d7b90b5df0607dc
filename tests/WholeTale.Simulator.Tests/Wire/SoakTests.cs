using System.Diagnostics;
using System.Globalization;
using System.Text;
using WholeTale.Simulator.Tests.Life;

namespace WholeTale.Simulator.Tests.Wire;

/// <summary>
/// Writes and reads for long under the eyes of many watchers: the process does not grow. <c>WT_SOAK_REQUESTS</c> gives the number of
/// requests (6,000).
/// </summary>
public sealed class SoakTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private const int _watchers = 50;
    private const long _growth = 128L << 20;

    [Fact]
    public async Task Many_requests_under_many_watchers_grow_no_memory()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("WT_SOAK_REQUESTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 6000;
        var ns = await fixture.NamespaceAsync();
        using var stop = new CancellationTokenSource();
        var events = 0L;
        var watching = Enumerable.Range(0, _watchers).Select(_ => WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true", () => Interlocked.Increment(ref events), stop.Token)).ToList();
        using var process = Process.GetProcessById(fixture.Simulator.ProcessId);

        // The log of changes and the caches fill in the first part; after that there is nothing left to grow.
        await RequestsAsync(ns, 0, count / 2);
        var before = Memory(process);
        var clock = Stopwatch.StartNew();
        await RequestsAsync(ns, count / 2, count - (count / 2));
        var after = Memory(process);
        await stop.CancelAsync();
        await Task.WhenAll(watching);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} requests, {events} events to {_watchers} watchers, the second half in {clock.Elapsed.TotalSeconds:F0} s; {before >> 20} MiB before it, {after >> 20} MiB after it");
        Assert.InRange(after - before, long.MinValue, _growth);
        Assert.True(events >= (long)count / 4 * _watchers / 2, $"Only {events} events were seen.");
    }

    private Task RequestsAsync(string ns, int first, int count) => Parallel.ForEachAsync(
        Enumerable.Range(first, count / 4),
        new ParallelOptions { MaxDegreeOfParallelism = 8 },
        async (item, _) =>
        {
            var path = $"/api/v1/namespaces/{ns}/configmaps";
            var name = string.Create(CultureInfo.InvariantCulture, $"c{item}");
            var created = await fixture.AskAsync("POST", path, $$$"""{"metadata":{"name":"{{{name}}}"},"data":{"k":"{{{new string('x', 500)}}}"} }""");
            var read = await fixture.AskAsync("GET", $"{path}/{name}");
            var patched = await fixture.AskAsync("PATCH", $"{path}/{name}", """{"data":{"k":"y"}}""", "application/merge-patch+json");
            var deleted = await fixture.AskAsync("DELETE", $"{path}/{name}");
            Assert.Equal((201, 200, 200, 200), (created.Status, read.Status, patched.Status, deleted.Status));
        });

    private async Task WatchAsync(string path, Action seen, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using var answer = await fixture.Simulator.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, stop);
                using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(stop), Encoding.UTF8);
                while (await reader.ReadLineAsync(stop) is not null)
                    seen();
            }
        }
        catch (OperationCanceledException)
        {
            // The soak is over.
        }
    }

    private static long Memory(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }
}
