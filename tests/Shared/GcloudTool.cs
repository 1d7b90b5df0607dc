using System.Diagnostics;

namespace WholeTale.Tests;

/// <summary>gcloud, pointed at a simulated Google: its own configuration folder, the simulator's endpoints, authority and key. Nothing outside the machine is asked.</summary>
public sealed class GcloudTool : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // What replaces gcloud's own choice of authorities in some environments.
    private static readonly string[] ForeignTrust = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wt-gcloud-");
    private readonly string program;

    private GcloudTool(string program, SimulatorProcess simulator)
    {
        this.program = program;
        var google = simulator.State["gke"]!;
        var authority = Path.Combine(folder.FullName, "authority.pem");
        File.WriteAllText(authority, (string)google["certificateAuthority"]!);
        Environment = new Dictionary<string, string>
        {
            ["CLOUDSDK_CONFIG"] = Path.Combine(folder.FullName, "config"),
            ["CLOUDSDK_CORE_DISABLE_PROMPTS"] = "1",
            ["CLOUDSDK_CORE_DISABLE_USAGE_REPORTING"] = "true",
            ["CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK"] = "true",
            ["CLOUDSDK_CORE_PROJECT"] = (string)google["project"]!,
            ["CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE"] = authority,
            ["CLOUDSDK_AUTH_TOKEN_HOST"] = (string)google["tokenUri"]!,
            ["CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER"] = (string)google["endpoint"]! + "/",
            ["CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS"] = (string)google["endpoint"]! + "/",
            ["CLOUDSDK_API_ENDPOINT_OVERRIDES_SERVICEUSAGE"] = (string)google["endpoint"]! + "/",
            ["KUBECONFIG"] = Kubeconfig,
        };
        KeyFile = (string)google["serviceAccountKeyFile"]!;
    }

    /// <summary>The kubeconfig that gcloud writes to.</summary>
    public string Kubeconfig => Path.Combine(folder.FullName, "kubeconfig");

    /// <summary>What gcloud, and what is run by it or runs it, must find in its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    private string KeyFile { get; }

    /// <summary>Finds gcloud and logs it in; skips the test where it is not installed.</summary>
    public static async Task<GcloudTool> RequireAsync(SimulatorProcess simulator)
    {
        var found = Locate("gcloud");
        if (found is null)
            Assert.Skip("gcloud is not installed on this machine.");
        var tool = new GcloudTool(found, simulator);
        await tool.RunAsync("auth", "activate-service-account", $"--key-file={tool.KeyFile}");
        return tool;
    }

    /// <summary>Where a program of the SDK is installed; null where it is not.</summary>
    public static string? Locate(string name) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs a command that must succeed, and gives what it prints.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output, error) = await TryAsync(arguments);
        Assert.True(code == 0, $"gcloud {string.Join(' ', arguments)} ended with {code}: {error}");
        return output;
    }

    /// <summary>Runs a command.</summary>
    public async Task<(int ExitCode, string Output, string Error)> TryAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in ForeignTrust)
            start.Environment.Remove(name);
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output, await error);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
