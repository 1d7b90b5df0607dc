using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Admin;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Gke;

namespace WholeTale.Simulator.Hosting;

/// <summary>The process: starts one simulated cluster, tells its starter, and lives until it is stopped.</summary>
internal static class Serve
{
    private const int Failed = 1;
    private const int AlreadyRunning = 3;

    // As measured beside a kube-apiserver 1.35 on one machine: a ReplicaSet is there 1.3 to 5.6 ms (median 4) after the answer that made its Deployment, its own writing included.
    private static readonly TimeSpan _latency = TimeSpan.FromMilliseconds(2);

    internal static async Task<int> RunAsync(string[] args)
    {
        ServeOptions options;
        try
        {
            options = ServeOptions.Parse(args);
        }
        catch (ArgumentException exception)
        {
            return Refuse(exception.Message, Failed);
        }

        InstanceFolder? taken;
        try
        {
            taken = InstanceFolder.TryTake(options.Folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refuse($"The folder {options.Folder} cannot be made or written to: {exception.Message.TrimEnd('.')}. Choose another folder (the setting StateFolder).", Failed);
        }

        using var folder = taken;
        if (folder is null)
            return Refuse($"A simulator is running already for {options.Folder}.", AlreadyRunning);
        using var log = new FileLog(folder.LogFile, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        // The terminal that started it may close: the cluster outlives it.
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
        try
        {
            await using var cluster = await SimulatedCluster.StartAsync(
                new SimulatedClusterOptions { Name = options.Name, Port = options.Port, Nodes = options.Nodes, Delays = options.Delays, ControllerLatency = _latency },
                builder => builder.Logging.AddProvider(log),
                (app, cluster) => AdminApi.Map(app, cluster, stop.Cancel),
                stop.Token);
            cluster.Complaint += log.Write;
            if (options.Faults is { } faults)
                cluster.Faults.Replace(FaultFile.Parse(await File.ReadAllTextAsync(faults, stop.Token)));
            await using var google = options.Gke ? await GoogleServer.StartAsync(cluster.Options, cluster.Faults, log.Write, stop.Token) : null;
            var description = Describe(options, cluster);
            if (google is not null)
                description["gke"] = folder.Announce(google);
            folder.Announce(options.Name, cluster.Endpoint, cluster.Token, cluster.AuthorityPem, description);
            Tell(new JsonObject { ["ready"] = true, ["endpoint"] = cluster.Endpoint.AbsoluteUri.TrimEnd('/'), ["pid"] = Environment.ProcessId });
            if (!options.Detached && !await Handshake.WaitAsync(Console.In).WaitAsync(stop.Token))
            {
                log.Write("The starter went away before it said keep: stopping.");
                return Failed;
            }

            OwnSession.Begin();
            log.Write($"Serving {options.Name} at {cluster.Endpoint}. No container runs here.");
            await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (FormatException exception)
        {
            return Refuse(exception.Message, Failed);
        }
        catch (IOException exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Refuse($"The file of faults {options.Faults} is not there. Give an existing file to --faults.", Failed);
        }
        catch (IOException exception)
        {
            log.Write(exception.ToString());
            return Refuse($"The simulator cannot listen on 127.0.0.1:{options.Port}: {exception.Message}", Failed);
        }

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static JsonObject Describe(ServeOptions options, SimulatedCluster cluster) => new()
    {
        ["name"] = options.Name,
        ["pid"] = Environment.ProcessId,
        ["endpoint"] = cluster.Endpoint.AbsoluteUri.TrimEnd('/'),
        ["token"] = cluster.Token,
        ["certificateAuthority"] = cluster.AuthorityPem,
        ["kubernetesVersion"] = cluster.Options.Version,
        ["nodes"] = options.Nodes,
        ["delays"] = options.Delays ? "realistic" : "none",
        ["started"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
    };

    private static int Refuse(string error, int code)
    {
        Tell(new JsonObject { ["ready"] = false, ["error"] = error });
        return code;
    }

    private static void Tell(JsonObject line)
    {
        Console.Out.WriteLine(line.ToJsonString());
        Console.Out.Flush();
    }
}
