using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Tests.Life;
using WholeTale.Tests;

namespace WholeTale.Simulator.Tests.Wire;

/// <summary>
/// Bad clients: whatever they send is answered with a status of its own, and the process lives on. <c>WT_FUZZ_REQUESTS</c> gives the
/// number of requests (3,000), <c>WT_FUZZ_SEED</c> the number of the first.
/// </summary>
public sealed class FuzzTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private const long _mostMemory = 1L << 30;
    private static readonly int[] _expected = [200, 201, 202, 204, 301, 307, 400, 401, 403, 404, 405, 406, 409, 410, 413, 414, 415, 422, 426, 429, 431, 500, 501];

    [Fact]
    public async Task Odd_requests_get_a_status_and_leave_the_process_alive()
    {
        var count = Number("WT_FUZZ_REQUESTS", 3000);
        var first = Number("WT_FUZZ_SEED", 1);
        await PrepareAsync();
        var watch = Stopwatch.StartNew();
        var wrong = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();

        await Parallel.ForEachAsync(Enumerable.Range(first, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, stop) =>
        {
            var (request, shown) = new FuzzRequests(number).Make();
            using (request)
            {
                try
                {
                    using var answer = await fixture.Simulator.Http.SendAsync(request, stop);
                    var status = (int)answer.StatusCode;
                    statuses.AddOrUpdate(status, 1, (_, times) => times + 1);
                    if (!_expected.Contains(status) || (status == 500 && request.Method != HttpMethod.Head && !IsStatus(await answer.Content.ReadAsStringAsync(stop))))
                        wrong.Enqueue($"{status} for {shown}");
                }
                catch (HttpRequestException broken)
                {
                    wrong.Enqueue($"{broken.Message} for {shown}");
                }
            }
        });

        using var process = Process.GetProcessById(fixture.Simulator.ProcessId);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} requests in {watch.Elapsed.TotalSeconds:F0} s, {process.WorkingSet64 >> 20} MiB; {string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"))}");
        Assert.True(wrong.IsEmpty, string.Join("\n", wrong.Take(10)));
        Assert.False(fixture.Simulator.HasExited);
        Assert.InRange(process.WorkingSet64, 0, _mostMemory);
        Assert.Equal(200, (await fixture.AskAsync("GET", "/readyz")).Status);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused()
    {
        var ns = await fixture.NamespaceAsync();
        var body = $$$"""{"metadata":{"name":"big"},"data":{"k":"{{{new string('x', 4 << 20)}}}"} }""";

        var answer = await fixture.AskAsync("POST", $"/api/v1/namespaces/{ns}/configmaps", body);

        Assert.Equal(413, answer.Status);
        Assert.Equal("RequestEntityTooLarge", (string?)answer.Body["reason"]);
    }

    [Fact]
    public async Task Clients_that_send_slowly_or_stop_do_not_hold_up_the_others()
    {
        var slow = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => HalfARequestAsync()));

        var answer = await fixture.AskAsync("GET", "/readyz").WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(200, answer.Status);
        foreach (var client in slow)
            client.Dispose();
    }

    // A request whose body never comes to its end.
    private async Task<TcpClient> HalfARequestAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(fixture.Simulator.Endpoint.Host, fixture.Simulator.Endpoint.Port);
        using var authority = X509Certificate2.CreateFromPem(fixture.Simulator.CertificateAuthority);
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(authority);
        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = fixture.Simulator.Endpoint.Host, CertificateChainPolicy = trust });
        await tls.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {fixture.Simulator.Token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{\"metadata\":"));
        await tls.FlushAsync();
        return client;
    }

    private async Task PrepareAsync()
    {
        await fixture.ApplyAsync("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"fuzz"}}""", "/api/v1/namespaces/fuzz");
        await fixture.ApplyAsync(
            """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.fuzz.example"},"spec":{"group":"fuzz.example","scope":"Namespaced",
             "names":{"plural":"widgets","kind":"Widget"},"versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{},"scale":{"specReplicasPath":".spec.size","statusReplicasPath":".status.size"}},
             "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"},"items":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
             "items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"}}}}}},"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}
            """,
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.fuzz.example");
    }

    private static bool IsStatus(string text)
    {
        try
        {
            return (string?)JsonNode.Parse(text)?["kind"] == "Status";
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
