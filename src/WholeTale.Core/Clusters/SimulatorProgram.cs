using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Clusters;

/// <summary>Starts and stops the simulator's process. It tells one line when it is ready and stays only once it is told to keep running, so that no failed start leaves an orphan.</summary>
internal sealed class SimulatorProgram(string assembly)
{
    /// <summary>The simulator's exit code where one with the same folder runs already.</summary>
    private const int TakenExitCode = 3;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The simulator that lies beside Core in the module.</summary>
    internal static SimulatorProgram Default { get; } = new(
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(SimulatorProgram).Assembly.Location)!, "..", "simulator", "WholeTale.Simulator.dll")));

    internal async Task StartAsync(string name, string folder, ResolvedSettings settings, CancellationToken cancellationToken)
    {
        if (!File.Exists(assembly))
        {
            throw new ClusterException(
                "SimulatorMissing", FailureKind.NotInstalled, assembly, $"The simulator is not built: {assembly} is missing.", "Run 'dotnet build' in the repository and try again.");
        }

        using var process = Launch(name, folder, settings.Settings.Simulator, settings.BaseFolder);
        var kept = false;
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(StartTimeout);
            var line = await ReadLineAsync(process, name, deadline.Token, cancellationToken);
            if (line?["ready"] is not JsonValue ready || !ready.GetValue<bool>())
            {
                // Somebody else started the same one a moment before: it is as good as ours once it is ready.
                if (await IsTakenAsync(process, folder, deadline.Token, cancellationToken))
                    return;
                throw Failed(name, (string?)line?["error"] ?? "it ended without a word", folder);
            }

            await process.StandardInput.WriteLineAsync("keep".AsMemory(), cancellationToken);
            await process.StandardInput.FlushAsync(cancellationToken);
            kept = true;
        }
        finally
        {
            // End of input before "keep" makes the simulator stop by itself; ending it makes sure.
            process.StandardInput.Close();
            if (!kept && !process.WaitForExit(TimeSpan.FromSeconds(2)))
                process.Kill(entireProcessTree: true);
            process.StandardOutput.Close();
            process.StandardError.Close();
        }
    }

    internal static async Task StopAsync(SimulatorState state, CancellationToken cancellationToken)
    {
        var connection = state.Connect();
        using var handler = new SocketsHttpHandler { SslOptions = ApiTransport.Trust(connection), UseProxy = false };
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(state.Endpoint, "/simulator/v1/stop"));
        try
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await connection.Token!(cancellationToken));
            using var response = await http.SendAsync(request, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // It is on its way out, or hangs: the caller waits for its lock and says so.
        }
    }

    private Process Launch(string name, string folder, SimulatorSettings settings, string baseFolder)
    {
        var start = new ProcessStartInfo(DotnetHost.Find())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = Path.GetDirectoryName(assembly),
        };
        foreach (var word in new[]
        {
            assembly, "serve", "--name", name, "--folder", folder, "--nodes", settings.NodeCount.ToString(CultureInfo.InvariantCulture), "--delays", settings.Delays.ToLowerInvariant(),
        })
        {
            start.ArgumentList.Add(word);
        }

        if (settings.FaultFile.Length > 0)
        {
            start.ArgumentList.Add("--faults");
            start.ArgumentList.Add(Path.GetFullPath(settings.FaultFile, baseFolder));
        }

        // What the host was told of its own start does not hold for the simulator.
        start.Environment.Remove("DOTNET_STARTUP_HOOKS");
        start.Environment.Remove("ASPNETCORE_URLS");
        try
        {
            return Process.Start(start) ?? throw Failed(name, "no process was made", folder);
        }
        catch (Win32Exception exception)
        {
            throw new ClusterException(
                "DotnetMissing", FailureKind.NotInstalled, start.FileName, $"The simulator needs the .NET 10 runtime, and {start.FileName} cannot be started: {exception.Message}.",
                "Install the .NET 10 SDK, or set DOTNET_ROOT to where it is.", exception);
        }
    }

    private static async Task<bool> IsTakenAsync(Process process, string folder, CancellationToken deadline, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(deadline);
            if (process.ExitCode != TakenExitCode)
                return false;
            while (SimulatorState.Read(folder) is null)
                await Task.Delay(TimeSpan.FromMilliseconds(50), deadline);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<JsonObject?> ReadLineAsync(Process process, string name, CancellationToken deadline, CancellationToken cancellationToken)
    {
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(deadline);
            if (line is not null)
                return JsonNode.Parse(line) as JsonObject;
            var error = await process.StandardError.ReadToEndAsync(deadline);
            return new JsonObject { ["ready"] = false, ["error"] = error.Trim() is { Length: > 0 } said ? said : "it ended without a word" };
        }
        catch (JsonException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClusterException(
                "SimulatorTimeout", FailureKind.TimedOut, name, $"The simulated cluster {name} was not ready within {StartTimeout.TotalSeconds:0} s.", "Try again; the machine may be overloaded.");
        }
    }

    private static ClusterException Failed(string name, string why, string folder)
    {
        var log = Path.Combine(folder, "simulator.log");
        // One that could not even make its folder wrote no log.
        return new("SimulatorFailed", FailureKind.Refused, name, $"The simulated cluster {name} could not be started: {why.TrimEnd('.')}.", File.Exists(log) ? $"Look at {log}." : null);
    }
}
