using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace WholeTale.Bench;

/// <summary>What the simulator takes from one client with a connection pool, and what it costs: applies a second, memory of many objects, a long list, and the time until it is ready.</summary>
internal static class SimulatorScenario
{
    private const int Applies = 4000;
    private const int Parallel = 32;
    private const int Objects = 20_000;
    private const int Listed = 5_000;
    private const int Starts = 5;

    public static async Task RunAsync(Workbench workbench, Results results)
    {
        using var simulator = await SimulatorClient.FromAsync(await workbench.StartClusterAsync("bench-simulator"));
        var http = simulator.Http;

        await ApplyAsync(http, 0, 500);
        var watch = Stopwatch.StartNew();
        await ApplyAsync(http, 500, Applies);
        results.Figure("simulator applies per second", Applies / watch.Elapsed.TotalSeconds);

        await ApplyAsync(http, 0, Listed);
        var lists = new List<double>();
        for (var run = 0; run < 10; run++)
        {
            watch.Restart();
            var answer = await http.GetByteArrayAsync(new Uri("api/v1/namespaces/default/configmaps", UriKind.Relative));
            lists.Add(watch.Elapsed.TotalMilliseconds);
            if (JsonNode.Parse(answer)!["items"]!.AsArray().Count(item => item!["metadata"]!["labels"] is not null) != Listed)
                throw new InvalidOperationException($"Of {Listed} objects, others were listed.");
        }

        results.Add($"list of {Listed} objects", lists);
        await ApplyAsync(http, Listed, Objects - Listed);
        using var process = workbench.FindSimulator("bench-simulator");
        results.Figure($"simulator memory MB, {Objects} objects", process.WorkingSet64 / 1048576.0);
        await MeasureStartAsync(workbench, results);
    }

    // From the start of the process to the line that says that it is ready (docs/simulator.md).
    private static async Task MeasureStartAsync(Workbench workbench, Results results)
    {
        var program = Path.Combine(Workbench.Repository, "module", "bin", "simulator", "WholeTale.Simulator.dll");
        var times = new List<double>();
        for (var run = 0; run < Starts; run++)
        {
            var start = new ProcessStartInfo("dotnet", [program, "serve", "--name", "bench-start", "--folder", Path.Combine(workbench.Folder, $"start-{run}")])
                { RedirectStandardInput = true, RedirectStandardOutput = true };
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(start)!;
            var line = await process.StandardOutput.ReadLineAsync();
            times.Add(watch.Elapsed.TotalMilliseconds);
            if (line?.Contains("\"ready\":true", StringComparison.Ordinal) != true)
                throw new InvalidOperationException($"The simulator said: {line}");

            // It stops when the input ends that has not said 'keep'.
            process.StandardInput.Close();
            await process.WaitForExitAsync();
        }

        results.Add("simulator ready", times);
    }

    private static Task ApplyAsync(HttpClient http, int first, int count) => System.Threading.Tasks.Parallel.ForAsync(
        first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (number, cancellationToken) =>
        {
            var name = $"bench-{number}";
            using var content = new StringContent(
                $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"a":"b"}},"data":{"key":"value {{{number}}}"}}""", Encoding.UTF8);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml");
            using var response = await http.PatchAsync(new Uri($"api/v1/namespaces/default/configmaps/{name}?fieldManager=bench", UriKind.Relative), content, cancellationToken);
            response.EnsureSuccessStatusCode();
        });
}
