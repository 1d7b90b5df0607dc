using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using WholeTale.Core.Checks;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tests.Checks;

/// <summary>The registry that others wrote takes our certificate, our htpasswd and our configuration; and clients that others wrote (Go's TLS, in helm) take the registry.</summary>
public sealed class DebianRegistryTests(DeployedPlatform platform) : IClassFixture<DeployedPlatform>
{
    private const string Host = "registry.local.wholetale.org";

    [Fact]
    public async Task Login_push_pull_and_deletion_work_with_the_generated_login_and_fail_with_others()
    {
        await using var registry = await DebianRegistry.StartAsync(platform);
        using var http = Connect(registry, $"https://{Host}:{registry.Port}/");
        var client = new RegistryClient(http, registry.User, new Secret(registry.Password));
        byte[] layer = [1, 2, 3];

        Assert.Equal(HttpStatusCode.OK, await client.LogInAsync(CancellationToken.None));
        var digest = await client.PushAsync("a/b", "latest", layer, CancellationToken.None);
        Assert.Equal(layer, await client.PullAsync("a/b", "latest", CancellationToken.None));
        await client.DeleteAsync("a/b", digest, CancellationToken.None);
        await Assert.ThrowsAsync<IOException>(() => client.PullAsync("a/b", "latest", CancellationToken.None));

        foreach (var (user, password) in new[] { (registry.User, "another"), ("somebody", registry.Password), (registry.User, "") })
        {
            var stranger = new RegistryClient(http, user, new Secret(password));
            Assert.Equal(HttpStatusCode.Unauthorized, await stranger.LogInAsync(CancellationToken.None));
            Assert.Contains("401", (await Assert.ThrowsAsync<IOException>(() => stranger.PushAsync("a/b", "latest", layer, CancellationToken.None))).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("registry")]
    [InlineData("registry.wholetale.svc.cluster.local")]
    [InlineData(Host)]
    public async Task The_certificate_is_good_for_every_name_of_the_registry(string name)
    {
        await using var registry = await DebianRegistry.StartAsync(platform);
        using var http = Connect(registry, $"https://{name}:{registry.Port}/");

        Assert.Equal(HttpStatusCode.OK, await new RegistryClient(http, registry.User, new Secret(registry.Password)).LogInAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_client_written_in_Go_logs_in_and_pushes_and_pulls_over_TLS()
    {
        var helm = Helm();
        await using var registry = await DebianRegistry.StartAsync(platform);
        await using var proxy = new LoopbackProxy(registry.Port);
        var folder = Directory.CreateTempSubdirectory("wt-helm-");
        try
        {
            var authority = registry.WriteAuthority();
            Directory.CreateDirectory(Path.Combine(folder.FullName, "tiny"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "tiny", "Chart.yaml"), "apiVersion: v2\nname: tiny\nversion: 0.1.0\n");
            var run = (string[] arguments, string input) => RunAsync(helm, folder.FullName, proxy.Address, arguments, input);

            await RequireAsync(run(["package", "tiny"], ""));
            await RequireAsync(run(["registry", "login", Host, "--ca-file", authority, "--username", registry.User, "--password-stdin"], registry.Password));
            await RequireAsync(run(["push", "tiny-0.1.0.tgz", $"oci://{Host}/charts", "--ca-file", authority], ""));
            File.Delete(Path.Combine(folder.FullName, "tiny-0.1.0.tgz"));
            await RequireAsync(run(["pull", $"oci://{Host}/charts/tiny", "--version", "0.1.0", "--ca-file", authority], ""));
            Assert.True(File.Exists(Path.Combine(folder.FullName, "tiny-0.1.0.tgz")));

            var (code, said) = await run(["registry", "login", Host, "--ca-file", authority, "--username", registry.User, "--password-stdin"], "another");
            Assert.NotEqual(0, code);
            Assert.Contains("401", said, StringComparison.Ordinal);
            (code, said) = await run(["pull", $"oci://{Host}/charts/tiny", "--version", "0.1.0"], "");
            Assert.NotEqual(0, code);
            Assert.Contains("x509", said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static HttpClient Connect(DebianRegistry registry, string address)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, registry.Port, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPem(registry.Authority);
        return new HttpClient(handler) { BaseAddress = new Uri(address) };
    }

    private static string Helm()
    {
        var repository = typeof(DebianRegistryTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Repository").Value!;
        var path = Environment.GetEnvironmentVariable("WT_HELM") ?? Path.Combine(repository, "artifacts", "tools", "helm");
        Assert.SkipUnless(File.Exists(path), "helm is not there: .ci/install puts it into artifacts/tools, or WT_HELM names it.");
        return path;
    }

    private static async Task RequireAsync(Task<(int Code, string Said)> run)
    {
        var (code, said) = await run;
        Assert.True(code == 0, said);
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, string folder, Uri proxy, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["HOME"] = folder;
        start.Environment["HTTPS_PROXY"] = start.Environment["https_proxy"] = proxy.AbsoluteUri;
        start.Environment["NO_PROXY"] = start.Environment["no_proxy"] = "";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        return (process.ExitCode, await output + await error);
    }
}
