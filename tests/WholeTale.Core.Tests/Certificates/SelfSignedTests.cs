using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using WholeTale.Core.Certificates;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tests.Certificates;

public sealed class SelfSignedTests
{
    private static readonly FixedTime Clock = new(CertificateWorkshop.Now);

    [Theory]
    [InlineData("Ecdsa", "ECDSA")]
    [InlineData("Rsa", "RSA")]
    public void It_is_good_for_each_name_and_its_days(string algorithm, string shown)
    {
        var names = SelfSigned.RegistryNames("wt", "tales.example.org");

        var material = SelfSigned.Create(names, algorithm, 90, Clock);

        using var certificate = X509Certificate2.CreateFromPem(material.CertificatePem, material.KeyPem.Reveal());
        Assert.Equal(["registry", "registry.wt", "registry.wt.svc", "registry.wt.svc.cluster.local", "registry.tales.example.org"], names);
        Assert.All(names, name => Assert.True(certificate.MatchesHostname(name, allowWildcards: false, allowCommonName: false)));
        Assert.Equal(CertificateWorkshop.Now.AddDays(90), material.NotAfter);
        Assert.True(material.NotBefore < CertificateWorkshop.Now);
        Assert.Equal(material.CertificatePem, material.AuthorityPem);
        Assert.Equal(algorithm == "Rsa", certificate.GetRSAPublicKey() is not null);
        Assert.DoesNotContain(material.KeyPem.Reveal(), $"{material}{shown}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_trusts_it_alone_accepts_it_over_tls()
    {
        var material = SelfSigned.Create(["registry", "127.0.0.1"], "Ecdsa", 90, TimeProvider.System);
        using var certificate = X509Certificate2.CreateFromPem(material.CertificatePem, material.KeyPem.Reveal());
        using var usable = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
        using var authority = X509Certificate2.CreateFromPem(material.AuthorityPem!);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var serving = ServeAsync(listener, usable);
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "registry",
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck },
            },
            TestContext.Current.CancellationToken);

        Assert.True(tls.IsAuthenticated);
        await serving;
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(59, true)]
    [InlineData(61, false)]
    [InlineData(91, false)]
    public void A_kept_one_stays_until_a_third_of_its_days_is_left(int daysLater, bool stays)
    {
        var kept = SelfSigned.Create(["registry"], "Ecdsa", 90, Clock);
        var readBack = TlsMaterial.Read(kept.CertificatePem, kept.KeyPem, "the cluster");

        var now = SelfSigned.KeepOrCreate(readBack, ["registry"], "Ecdsa", 90, new FixedTime(CertificateWorkshop.Now.AddDays(daysLater)));

        Assert.Equal(stays, now.CertificatePem == kept.CertificatePem);
        Assert.Equal(now.CertificatePem, now.AuthorityPem);
    }

    [Fact]
    public void A_kept_one_that_lacks_a_name_is_made_anew()
    {
        var kept = SelfSigned.Create(["registry"], "Ecdsa", 90, Clock);

        var now = SelfSigned.KeepOrCreate(kept, ["registry", "registry.new"], "Ecdsa", 90, Clock);

        Assert.Equal(["registry", "registry.new"], now.Names);
    }

    [Theory]
    [InlineData("Ecdsa")]
    [InlineData("Rsa")]
    public async Task OpenSSL_reads_and_verifies_what_we_write(string algorithm)
    {
        var folder = Directory.CreateTempSubdirectory("wt-openssl-");
        try
        {
            var material = SelfSigned.Create(["registry", "registry.wt.svc"], algorithm, 90, TimeProvider.System);
            var certificate = Path.Combine(folder.FullName, "tls.crt");
            var key = Path.Combine(folder.FullName, "tls.key");
            await File.WriteAllTextAsync(certificate, material.CertificatePem, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(key, material.KeyPem.Reveal(), TestContext.Current.CancellationToken);

            var shown = await OpenSslAsync("x509", "-in", certificate, "-noout", "-ext", "subjectAltName,extendedKeyUsage,basicConstraints");
            var verified = await OpenSslAsync("verify", "-CAfile", certificate, "-purpose", "sslserver", "-verify_hostname", "registry.wt.svc", certificate);
            var fromCertificate = await OpenSslAsync("x509", "-in", certificate, "-noout", "-pubkey");
            var fromKey = await OpenSslAsync("pkey", "-in", key, "-pubout");

            Assert.Contains("DNS:registry, DNS:registry.wt.svc", shown, StringComparison.Ordinal);
            Assert.Contains("TLS Web Server Authentication", shown, StringComparison.Ordinal);
            Assert.Contains("CA:TRUE", shown, StringComparison.Ordinal);
            Assert.Contains(": OK", verified, StringComparison.Ordinal);
            Assert.Equal(fromCertificate, fromKey);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var server = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var tls = new SslStream(server.GetStream());
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, TestContext.Current.CancellationToken);
    }

    private static async Task<string> OpenSslAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("OpenSSL is not on PATH.");
            throw;
        }
        using (process)
        {
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, $"openssl {arguments[0]} failed: {await error}");
            return output;
        }
    }
}
