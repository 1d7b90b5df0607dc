using System.Diagnostics;
using System.Net.Http.Headers;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace WholeTale.Tests;

/// <summary>
/// A simulator in a process of its own, started by its command line. It is never told to <c>keep</c>: when the test process ends,
/// however it ends, the simulator's standard input closes and it stops by itself.
/// </summary>
public sealed class SimulatorProcess : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly DirectoryInfo? _ownFolder;

    private SimulatorProcess(Process process, string name, string folder, DirectoryInfo? ownFolder, JsonNode state)
    {
        _process = process;
        _ownFolder = ownFolder;
        Name = name;
        Folder = folder;
        State = state;
        Http = CreateClient();
    }

    /// <summary>The name of the cluster, and of its user and context in the kubeconfig.</summary>
    public string Name { get; }

    /// <summary>The instance's folder.</summary>
    public string Folder { get; }

    /// <summary>What <c>simulator.json</c> says.</summary>
    public JsonNode State { get; }

    public Uri Endpoint => new((string)State["endpoint"]!);

    public string Token => (string)State["token"]!;

    /// <summary>The authority's certificate (PEM).</summary>
    public string CertificateAuthority => (string)State["certificateAuthority"]!;

    public string Kubeconfig => Path.Combine(Folder, "kubeconfig");

    public string LogFile => Path.Combine(Folder, "simulator.log");

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>A client that trusts the simulator's authority and is its administrator; base address is the endpoint.</summary>
    public HttpClient Http { get; }

    /// <summary>Where the built simulator lies.</summary>
    public static string Assembly { get; } = Path.Combine(Repository, "module", "bin", "simulator", "WholeTale.Simulator.dll");

    private static string Repository => typeof(SimulatorProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == "Repository").Value!;

    /// <summary>Starts a simulator without delays.</summary>
    /// <param name="options">More options of its command line, e.g. <c>--nodes 1</c>; the last of equal ones counts.</param>
    public static Task<SimulatorProcess> StartAsync(params string[] options) => StartInAsync(null, "test", options);

    /// <summary>Starts a simulator in a folder that stays (its log is there afterwards); null for one that goes with it.</summary>
    public static async Task<SimulatorProcess> StartInAsync(string? folder, string name, params string[] options)
    {
        var ownFolder = folder is null ? Directory.CreateTempSubdirectory("wt-simulator-") : null;
        folder ??= ownFolder!.FullName;
        var process = Launch(["serve", "--name", name, "--folder", folder, "--delays", "none", .. options]);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(_patience)
                ?? throw new InvalidOperationException($"The simulator ended before it was ready: {await process.StandardError.ReadToEndAsync()}");
            var told = JsonNode.Parse(line)!;
            if (!(bool)told["ready"]!)
                throw new InvalidOperationException((string)told["error"]!);
            var state = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "simulator.json")))!;
            return new SimulatorProcess(process, name, folder, ownFolder, state);
        }
        catch
        {
            await EndAsync(process);
            ownFolder?.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Starts the built simulator with any command line; the caller ends it.</summary>
    public static Process Launch(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Assembly);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>A further client, which the caller disposes.</summary>
    public HttpClient CreateClient()
    {
        var authority = X509Certificate2.CreateFromPem(CertificateAuthority);
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(10) };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority);
        var client = new HttpClient(handler) { BaseAddress = Endpoint };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return client;
    }

    /// <summary>Writes the line after which the simulator outlives its starter.</summary>
    public async Task KeepAsync()
    {
        await _process.StandardInput.WriteLineAsync("keep");
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Asks the simulator to stop and waits until it has.</summary>
    public async Task StopAsync()
    {
        using var answer = await Http.PostAsync("/simulator/v1/stop", null);
        answer.EnsureSuccessStatusCode();
        await _process.WaitForExitAsync().WaitAsync(_patience);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await EndAsync(_process);
        _ownFolder?.Delete(recursive: true);
    }

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}
