using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;

namespace WholeTale.Bench;

/// <summary>A temporary folder, the Shell, and the peers. What it starts it stops.</summary>
internal sealed class Workbench : IAsyncDisposable
{
    private readonly string state;
    private readonly List<string> clusters = [];

    private Workbench(string folder)
    {
        Folder = folder;
        state = Path.Combine(folder, "state");
    }

    public static string Repository { get; } = typeof(Workbench).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Repository").Value!;

    /// <summary>For files of a scenario.</summary>
    public string Folder { get; }

    public static string Kubectl => Path.Combine(Repository, "artifacts", "tools", "kubectl");

    public static string Helm => Path.Combine(Repository, "artifacts", "tools", "helm");

    public static Task<Workbench> CreateAsync() => Task.FromResult(new Workbench(Directory.CreateTempSubdirectory("wholetale-bench-").FullName));

    /// <summary>Starts a simulated cluster without delays and gives its kubeconfig.</summary>
    public async Task<string> StartClusterAsync(string name, int nodes = 3)
    {
        var kubeconfig = Path.Combine(Folder, name + ".kubeconfig");
        if (clusters.Contains(name))
            return kubeconfig;
        clusters.Add(name);
        await ShellAsync(
            $"$null = New-WTCluster -Name {name} -Provider Simulator -Setting @{{ 'Simulator.Delays' = 'None'; 'Simulator.NodeCount' = {nodes} }} | Export-WTKubeconfig -Path '{kubeconfig}'");
        return kubeconfig;
    }

    /// <summary>The process of a cluster that was started here.</summary>
    public Process FindSimulator(string name)
    {
        var file = Path.Combine(state, "clusters", "simulator", name, "simulator.json");
        return Process.GetProcessById((int)JsonNode.Parse(File.ReadAllText(file))!["pid"]!);
    }

    /// <summary>Has a cluster's simulator do something to requests: rules as in docs/simulator.md.</summary>
    public static async Task SetFaultsAsync(string kubeconfig, string rules)
    {
        using var simulator = await SimulatorClient.FromAsync(kubeconfig);
        using var content = new StringContent(rules, Encoding.UTF8, "application/json");
        using var response = await simulator.Http.PutAsync(new Uri("simulator/v1/faults", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Runs lines in a Shell of its own, with the module imported, and gives what it wrote.</summary>
    public async Task<string> ShellAsync(string script)
    {
        var file = Path.Combine(Folder, Guid.NewGuid().ToString("N") + ".ps1");
        var module = Path.Combine(Repository, "module", "WholeTale.psd1");
        await File.WriteAllTextAsync(file, $"$ErrorActionPreference = 'Stop'\n$ProgressPreference = 'SilentlyContinue'\nImport-Module '{module}'\n{script}\n");
        return await RawShellAsync(file);
    }

    /// <summary>Runs a script file in a Shell of its own.</summary>
    public async Task<string> RawShellAsync(string file)
    {
        var shell = Path.Combine(Repository, "src", "WholeTale.Shell", "bin", "Release", "net10.0", "WholeTale.Shell.dll");
        return await RunAsync("dotnet", [shell, file]);
    }

    /// <summary>Runs a program and gives its output.</summary>
    public async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string? kubeconfig = null)
    {
        var result = await Cli.Wrap(program)
            .WithArguments(arguments)
            .WithWorkingDirectory(Folder)
            .WithEnvironmentVariables(variables => variables
                .Set("WT_STATEFOLDER", state)
                .Set("KUBECONFIG", kubeconfig ?? Path.Combine(Folder, "none"))
                .Set("HOME", Folder))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();
        if (result.ExitCode != 0)
        {
            var said = new StringBuilder().Append(result.StandardOutput).Append(result.StandardError);
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments.Take(3))} ended with {result.ExitCode}: {said}");
        }

        return result.StandardOutput;
    }

    /// <summary>Times some work in milliseconds.</summary>
    public static async Task<double> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalMilliseconds;
    }

    /// <summary>Reads lines <c>NAME=VALUE</c> that a script wrote.</summary>
    public static ILookup<string, double> Readings(string output) => output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split('=', 2))
        .Where(parts => parts.Length == 2 && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        .ToLookup(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var name in clusters)
            await ShellAsync($"Get-WTCluster {name} | Remove-WTCluster -Confirm:$false");
        Directory.Delete(Folder, recursive: true);
    }
}
