using System.Text;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Backends;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Kubelet;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Streams;

/// <summary>exec: runs one of the few simulated programs over the channels.</summary>
internal sealed class ExecStream(World world, Kubelets pods)
{
    private const int InputLimit = 64 * 1024 * 1024;

    public async Task ServeAsync(HttpContext context, RequestInfo request, StoredObject? target)
    {
        var query = context.Request.Query;
        var (pod, run, container) = PodStreams.Running(pods, target, query["container"]);
        var command = query["command"].OfType<string>().ToList();
        if (command.Count == 0)
            throw ApiStatusException.BadRequest("you must specify at least 1 command for the container");
        await using var socket = await ChannelSocket.AcceptAsync(context);
        var hasInput = query["stdin"].ToString() is "true" or "1";
        try
        {
            await RunAsync(socket, pod, run, container, command, hasInput, query["tty"].ToString() is "true" or "1");
        }
        catch (OperationCanceledException) when (socket.Gone.IsCancellationRequested)
        {
            // The client has gone: the program is killed with it.
        }
    }

    private async Task RunAsync(ChannelSocket socket, PodFacts pod, PodRun run, ContainerRun container, List<string> command, bool hasInput, bool tty)
    {
        if (ImagePrograms.Run(world, pod, container, command) is { } answer)
        {
            await socket.WriteOutputAsync(answer.Output);
            await socket.WriteErrorAsync(answer.Error);
            await socket.FinishAsync(answer.ExitCode);
            return;
        }

        // A dry run on an empty disk tells whether the program would read its input.
        var dry = Shell.Run(command, new ShellContext());
        if (dry.ExitCode == ShellResult.NotFound && command[0] is not ("sh" or "/bin/sh" or "bash"))
        {
            await socket.FailAsync(
                $"Internal error occurred: error executing command in container: failed to exec in container: failed to start exec \"{container.Id}\": "
                + $"OCI runtime exec failed: exec failed: unable to start container process: exec: \"{command[0]}\": executable file not found in $PATH: unknown");
            return;
        }

        if (dry.ReadsCommands)
        {
            await socket.FinishAsync(hasInput ? await TalkAsync(socket, pod, run, container, tty) : 0);
            return;
        }

        if (hasInput && command is ["cat"] or ["/bin/cat"])
        {
            await foreach (var part in socket.Input.ReadAllAsync(socket.Gone))
                await socket.WriteOutputAsync(part);
            await socket.FinishAsync(0);
            return;
        }

        var input = hasInput && dry.ReadsInput ? await ReadAllAsync(socket) : [];
        var result = Shell.Run(command, PodStreams.Context(world, pod, run, container, input));
        await socket.WriteOutputAsync(result.Output);
        await socket.WriteErrorAsync(result.Error);
        if (result.Took != TimeSpan.Zero)
            await Task.Delay(result.Took, world.Time, socket.Gone);
        await socket.FinishAsync(result.ExitCode);
    }

    // A shell without a script: its input is its commands, a line each.
    private async Task<int> TalkAsync(ChannelSocket socket, PodFacts pod, PodRun run, ContainerRun container, bool tty)
    {
        var pending = new StringBuilder();
        var last = 0;
        var prompt = Encoding.UTF8.GetBytes("/ # ");
        if (tty)
            await socket.WriteOutputAsync(prompt);
        await foreach (var part in socket.Input.ReadAllAsync(socket.Gone))
        {
            var text = Encoding.UTF8.GetString(part).Replace('\r', '\n');
            if (tty)
                await socket.WriteOutputAsync(Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal)));
            pending.Append(text);
            if (text.Contains('\u0004', StringComparison.Ordinal))
                return last;
            while (pending.ToString() is var all && all.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0)
            {
                pending.Remove(0, end + 1);
                var line = all[..end].Trim();
                var result = tty && line == "stty size"
                    ? ShellResult.Success($"{socket.TerminalSize?["Height"] ?? 0} {socket.TerminalSize?["Width"] ?? 0}\r\n")
                    : ShellScript.Run(line, PodStreams.Context(world, pod, run, container, []));
                await socket.WriteOutputAsync(result.Output);
                await socket.WriteErrorAsync(result.Error);
                last = result.ExitCode;
                if (result.Exits)
                    return last;
                if (tty)
                    await socket.WriteOutputAsync(prompt);
            }
        }

        return last;
    }

    private static async Task<byte[]> ReadAllAsync(ChannelSocket socket)
    {
        using var all = new MemoryStream();
        await foreach (var part in socket.Input.ReadAllAsync(socket.Gone))
        {
            if (all.Length + part.Length <= InputLimit)
                all.Write(part);
            // v4 cannot close the input: a tar archive ends by itself, with two blocks of zeros.
            if (part.Length >= 1024 && part.AsSpan(part.Length - 1024).IndexOfAnyExcept((byte)0) < 0)
                break;
        }

        return all.ToArray();
    }
}
