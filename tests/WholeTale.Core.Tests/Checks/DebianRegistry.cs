using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Tests.Checks;

/// <summary>Debian's docker-registry on loopback, with the environment and the files that a deployed registry's container has.</summary>
internal sealed class DebianRegistry : IAsyncDisposable
{
    // What the official image's own configuration file says, beside what the environment sets.
    private const string Configuration = "version: 0.1\nlog:\n  fields:\n    service: registry\nstorage:\n  filesystem:\n    rootdirectory: /var/lib/registry\nhttp:\n  addr: :5000\n";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wt-registry-");
    private readonly Process process;
    private readonly StringBuilder log = new();

    private DebianRegistry(ProcessStartInfo start, int port)
    {
        Port = port;
        process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.OutputDataReceived += (_, line) => Note(line.Data);
    }

    public int Port { get; }

    public required string User { get; init; }

    public required string Password { get; init; }

    public required string Authority { get; init; }

    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    public string WriteAuthority()
    {
        var path = Path.Combine(folder.FullName, "authority.crt");
        File.WriteAllText(path, Authority);
        return path;
    }

    /// <summary>Starts it as the registry of a deployed platform would start; the test is skipped where there is none.</summary>
    public static async Task<DebianRegistry> StartAsync(DeployedPlatform platform)
    {
        var program = new[] { "/usr/bin/docker-registry", "/usr/local/bin/docker-registry" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "docker-registry is not there: .ci/install takes it from Debian.");
        var deployment = (await platform.Api.FindAsync(new ObjectReference(ResourceTypes.Deployment, DeployedPlatform.Namespace, "registry"), CancellationToken.None))!;
        var container = deployment["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Single(item => (string)item!["name"]! == "registry")!;
        var login = await SecretAsync(platform, "registry-secret");
        var certificate = await SecretAsync(platform, "registry-cert-secret");
        var port = FreePort();
        var start = new ProcessStartInfo(program!) { RedirectStandardOutput = true, RedirectStandardError = true };
        var registry = new DebianRegistry(start, port) { User = login["username"], Password = login["password"], Authority = certificate["ca.crt"] };

        // The container's paths, on this machine.
        var root = registry.folder.FullName;
        registry.Write("certs/tls.crt", certificate["tls.crt"]);
        registry.Write("certs/tls.key", certificate["tls.key"]);
        registry.Write("auth/registry.password", login["registry.password"]);
        registry.Write("config.yml", Configuration);
        start.ArgumentList.Add("serve");
        start.ArgumentList.Add(Path.Combine(root, "config.yml"));
        start.Environment["OTEL_TRACES_EXPORTER"] = "none";
        foreach (var variable in container["env"]!.AsArray())
        {
            var reference = variable!["valueFrom"]?["secretKeyRef"];
            var value = reference is null ? (string)variable["value"]! : login[(string)reference["key"]!];
            start.Environment[(string)variable["name"]!] = value == "0.0.0.0:5000" ? $"127.0.0.1:{port}" : value.StartsWith('/') ? root + value : value;
        }

        registry.process.Start();
        registry.process.BeginErrorReadLine();
        registry.process.BeginOutputReadLine();
        await registry.UntilItListensAsync();
        return registry;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private static async Task<Dictionary<string, string>> SecretAsync(DeployedPlatform platform, string name)
    {
        var secret = (await platform.Api.FindAsync(new ObjectReference(ResourceTypes.Secret, DeployedPlatform.Namespace, name), CancellationToken.None))!;
        return ((JsonObject)secret["data"]!).ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetString(Convert.FromBase64String((string)pair.Value!)), StringComparer.Ordinal);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void Note(string? line)
    {
        lock (log)
            log.AppendLine(line);
    }

    private async Task UntilItListensAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (process.HasExited)
                Assert.Fail($"docker-registry ended with {process.ExitCode}:\n{Log}");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }
}
