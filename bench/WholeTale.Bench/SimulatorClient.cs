using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WholeTale.Bench;

/// <summary>Speaks to a simulator as its administrator, with nothing of the product in between.</summary>
internal sealed partial class SimulatorClient : IDisposable
{
    private readonly SocketsHttpHandler handler = new() { EnableMultipleHttp2Connections = true };

    private SimulatorClient(string kubeconfig)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(Authority().Match(kubeconfig).Groups[1].Value)));
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        Http = new HttpClient(handler) { BaseAddress = new Uri(Server().Match(kubeconfig).Groups[1].Value + "/"), DefaultRequestVersion = new Version(2, 0) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token().Match(kubeconfig).Groups[1].Value);
    }

    public HttpClient Http { get; }

    public static async Task<SimulatorClient> FromAsync(string kubeconfig) => new(await File.ReadAllTextAsync(kubeconfig));

    /// <summary>The newest requests that it answered.</summary>
    public async Task<IReadOnlyList<JsonNode>> RequestsAsync()
    {
        var answer = JsonNode.Parse(await Http.GetStringAsync(new Uri("simulator/v1/requests", UriKind.Relative)));
        return [.. (answer as JsonArray ?? answer?["requests"] as JsonArray ?? []).Select(request => request!)];
    }

    public Task ForgetRequestsAsync() => Http.DeleteAsync(new Uri("simulator/v1/requests", UriKind.Relative));

    public void Dispose()
    {
        Http.Dispose();
        handler.Dispose();
    }

    [GeneratedRegex("certificate-authority-data: \"?([A-Za-z0-9+/=]+)")]
    private static partial Regex Authority();

    [GeneratedRegex("server: \"?([^\"\\s]+)")]
    private static partial Regex Server();

    [GeneratedRegex("token: \"?([^\"\\s]+)")]
    private static partial Regex Token();
}
