using System.Text;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Kubelet;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Streams;

/// <summary>attach: what the container writes from now on; input is accepted and goes nowhere.</summary>
internal sealed class AttachStream(Kubelets pods)
{
    public async Task ServeAsync(HttpContext context, RequestInfo request, StoredObject? target)
    {
        var (_, _, container) = PodStreams.Running(pods, target, context.Request.Query["container"]);
        var log = container.Log;
        var (_, next) = log.Read(0);
        await using var socket = await ChannelSocket.AcceptAsync(context);
        try
        {
            while (await log.WaitAsync(next, socket.Gone))
            {
                (var lines, next) = log.Read(next);
                foreach (var line in lines)
                    await socket.WriteOutputAsync(Encoding.UTF8.GetBytes(line.Text + "\n"));
            }

            await socket.FinishAsync(container.ExitCode);
        }
        catch (OperationCanceledException) when (socket.Gone.IsCancellationRequested)
        {
            // The client detached; the container goes on.
        }
    }
}
