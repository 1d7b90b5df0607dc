using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace WholeTale.Bench;

/// <summary>How many server-side applies a second the simulator takes from one client with a connection pool.</summary>
internal static class SimulatorScenario
{
    private const int Applies = 4000;
    private const int Parallel = 32;

    public static async Task RunAsync(Workbench workbench, Results results)
    {
        using var simulator = await SimulatorClient.FromAsync(await workbench.StartClusterAsync("bench-simulator"));
        var http = simulator.Http;

        await ApplyAsync(http, 0, 500);
        var watch = Stopwatch.StartNew();
        await ApplyAsync(http, 500, Applies);
        results.Figure("simulator applies per second", Applies / watch.Elapsed.TotalSeconds);
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
