using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Tests.Life;

/// <summary>The certificates that the simulated ingress shows.</summary>
public sealed class IngressTlsTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    [Fact]
    public async Task A_host_shows_the_certificate_of_its_Secret_with_those_that_follow_it_there()
    {
        var ns = await fixture.NamespaceAsync();
        using var authority = Sign("CN=authority", null);
        using var between = Sign("CN=between", authority);
        using var leaf = Sign("CN=leaf", between);
        var port = await OpenAsync(ns, "full.example", leaf, between);

        Assert.Equal(["CN=leaf", "CN=between"], await LookAsync(port, "full.example"));
    }

    [Fact]
    public async Task A_Secret_that_is_replaced_is_shown_at_once()
    {
        var ns = await fixture.NamespaceAsync();
        using var first = Sign("CN=first", null);
        using var second = Sign("CN=second", null);
        var port = await OpenAsync(ns, "*.wild.example", first);
        Assert.Equal(["CN=first"], await LookAsync(port, "a.wild.example"));

        await WriteSecretAsync(ns, second);

        Assert.Equal(["CN=second"], await LookAsync(port, "b.wild.example"));
    }

    [Fact]
    public async Task A_host_that_no_Ingress_knows_gets_the_controllers_own()
    {
        var ns = await fixture.NamespaceAsync();
        using var known = Sign("CN=known", null);
        var port = await OpenAsync(ns, "known.example", known);

        Assert.NotEqual("CN=known", Assert.Single(await LookAsync(port, "unknown.example")));
    }

    [Fact]
    public async Task Of_two_that_claim_a_host_the_older_has_it()
    {
        var namespaces = new[] { await fixture.NamespaceAsync(), await fixture.NamespaceAsync() }.OrderDescending(StringComparer.Ordinal).ToList();
        using var older = Sign("CN=older", null);
        using var younger = Sign("CN=younger", null);
        var port = await OpenAsync(namespaces[0], "claimed.example", older);

        // Objects tell their age in whole seconds; the younger one's namespace comes first by name.
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        await OpenAsync(namespaces[1], "claimed.example", younger);

        Assert.Equal(["CN=older"], await LookAsync(port, "claimed.example"));
    }

    private async Task<int> OpenAsync(string ns, string host, params X509Certificate2[] chain)
    {
        await WriteSecretAsync(ns, chain);
        var path = $"/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses/door";
        await fixture.ApplyAsync(
            $$$"""
            {"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"door"},
             "spec":{"ingressClassName":"simulator","tls":[{"hosts":["{{{host}}}"],"secretName":"certificate"}],"defaultBackend":{"service":{"name":"web","port":{"number":80} } } } }
            """,
            path);
        var ingress = await fixture.UntilAsync(path, found => found?["status"]?["loadBalancer"]?["ingress"] is not null);
        return (int)ingress!["status"]!["loadBalancer"]!["ingress"]![0]!["ports"]!.AsArray().Single(port => (string?)port!["protocol"] == "TCP")!["port"]!;
    }

    private Task<JsonNode> WriteSecretAsync(string ns, params X509Certificate2[] chain)
    {
        var certificates = string.Join('\n', chain.Select(certificate => certificate.ExportCertificatePem()));
        var key = chain[0].GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
        return fixture.ApplyAsync(
            $$$"""
            {"apiVersion":"v1","kind":"Secret","metadata":{"name":"certificate"},"type":"kubernetes.io/tls","data":{"tls.crt":"{{{Encode(certificates)}}}","tls.key":"{{{Encode(key)}}}"} }
            """,
            $"/api/v1/namespaces/{ns}/secrets/certificate");
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private static X509Certificate2 Sign(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var (from, to) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        if (issuer is null)
            return request.CreateSelfSigned(from, to);
        using var signed = request.Create(issuer, from, to, RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }

    // The subjects of what a server sends, the leaf first.
    private static async Task<IReadOnlyList<string>> LookAsync(int port, string host)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        List<string> shown = [];
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                RemoteCertificateValidationCallback = (_, _, chain, _) =>
                {
                    shown = [.. chain!.ChainPolicy.ExtraStore.Select(other => other.Subject)];
                    return true;
                },
            },
            TestContext.Current.CancellationToken);
        return shown;
    }
}
