using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace WholeTale.Bench;

/// <summary>How many server-side applies a second the simulator takes from one client with a connection pool.</summary>
internal static partial class SimulatorScenario
{
    private const int Applies = 4000;
    private const int Parallel = 32;

    public static async Task RunAsync(Workbench workbench, Results results)
    {
        var kubeconfig = await File.ReadAllTextAsync(await workbench.StartClusterAsync("bench-simulator"));
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(Authority().Match(kubeconfig).Groups[1].Value)));
        using var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        using var http = new HttpClient(handler) { BaseAddress = new Uri(Server().Match(kubeconfig).Groups[1].Value + "/"), DefaultRequestVersion = new Version(2, 0) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token().Match(kubeconfig).Groups[1].Value);

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

    [GeneratedRegex("certificate-authority-data: \"?([A-Za-z0-9+/=]+)")]
    private static partial Regex Authority();

    [GeneratedRegex("server: \"?([^\"\\s]+)")]
    private static partial Regex Server();

    [GeneratedRegex("token: \"?([^\"\\s]+)")]
    private static partial Regex Token();
}
