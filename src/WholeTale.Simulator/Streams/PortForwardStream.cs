using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Backends;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Streams;

/// <summary>port-forward: by SPDY within a WebSocket (kubectl since 1.31, KEP-4006) and by channels, two a port (the older WebSocket form).</summary>
internal sealed class PortForwardStream(World world, PodConnections connections)
{
    private const string Tunnel = "SPDY/3.1+portforward.k8s.io";
    private const string Channels = "v4.channel.k8s.io";

    public async Task ServeAsync(HttpContext context, RequestInfo request, StoredObject? target)
    {
        var pod = PodFacts.Of(target!);
        if (pod.Node is null)
            throw ApiStatusException.BadRequest($"pod {pod.Name} does not have a host assigned");
        if (pod.Phase != "Running")
            throw new ApiStatusException(500, "InternalError", $"unable to forward port because pod is not running. Current status={pod.Phase}");
        if (!context.WebSockets.IsWebSocketRequest)
            throw ApiStatusException.BadRequest("Upgrade request required");
        var offered = context.WebSockets.WebSocketRequestedProtocols;
        if (offered.Contains(Tunnel))
        {
            using var socket = await AcceptTunnelAsync(context);
            await using var stream = new SocketStream(socket);
            using var forward = new SpdyForward(stream, port => Open(pod, port));
            await forward.RunAsync(context.RequestAborted);
        }
        else if (offered.Contains(Channels))
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync(Channels);
            await ServeChannelsAsync(socket, pod, context);
        }
        else
        {
            throw new ApiStatusException(403, "Forbidden", $"unable to negotiate a protocol: the client must speak {Tunnel} or {Channels}");
        }
    }

    // RFC 6455 forbids the slash that this protocol's name has, and the framework refuses it: the handshake is made by hand.
    private static async Task<WebSocket> AcceptTunnelAsync(HttpContext context)
    {
        var key = context.Request.Headers.SecWebSocketKey.ToString() + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
#pragma warning disable CA5350 // The WebSocket handshake is defined with SHA-1; it protects nothing.
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key)));
#pragma warning restore CA5350
        context.Response.Headers.SecWebSocketProtocol = Tunnel;
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = "websocket";
        var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
    }

    /// <summary>A connection to the pod's port; null when nothing listens there.</summary>
    private IDuplexPipe? Open(PodFacts pod, int port)
    {
        var declared = pod.Content["spec"].Items("containers").SelectMany(container => container.Items("ports")).Select(item => item["containerPort"].Number()).ToList();
        if (declared.Count > 0 && !declared.Contains(port))
            return null;
        var target = new PodPort(pod.Stored.Namespace, pod.Name, port);
        using var certificate = PodTls.Find(world, target);
        return connections.Open(target, certificate is not null);
    }

    /// <summary>What a kubelet says when nothing listens.</summary>
    public static string Refusal(int port) =>
        $"failed to execute portforward in network namespace: failed to connect to localhost:{port} inside namespace: dial tcp4 127.0.0.1:{port}: connect: connection refused";

    private async Task ServeChannelsAsync(WebSocket socket, PodFacts pod, HttpContext context)
    {
        var ports = context.Request.Query["ports"].SelectMany(text => (text ?? "").Split(',')).Select(text => int.TryParse(text, out var port) ? port : 0).ToList();
        var open = new ConcurrentDictionary<byte, IDuplexPipe>();
        using var gate = new SemaphoreSlim(1);
        var copies = new List<Task>();
        for (byte i = 0; i < ports.Count; i++)
        {
            // Both channels begin with the port's number.
            var number = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)ports[i]);
            await SendAsync((byte)(2 * i), number);
            await SendAsync((byte)((2 * i) + 1), number);
            if (Open(pod, ports[i]) is { } pipe)
            {
                open[(byte)(2 * i)] = pipe;
                copies.Add(CopyAsync(pipe.Input, (byte)(2 * i)));
            }
            else
            {
                await SendAsync((byte)((2 * i) + 1), Encoding.UTF8.GetBytes(Refusal(ports[i])));
            }
        }

        var buffer = new byte[64 * 1024];
        byte? channel = null;
        try
        {
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
            {
                var content = buffer.AsMemory(0, received.Count);
                if (channel is null && content.Length > 0)
                {
                    channel = content.Span[0];
                    content = content[1..];
                }

                if (channel is { } known && open.TryGetValue(known, out var pipe) && content.Length > 0)
                    await pipe.Output.WriteAsync(content, context.RequestAborted);
                if (received.EndOfMessage)
                    channel = null;
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The client has gone.
        }

        foreach (var pipe in open.Values)
            await pipe.Output.CompleteAsync();
        await Task.WhenAll(copies);

        async Task CopyAsync(PipeReader reader, byte to)
        {
            while (true)
            {
                var read = await reader.ReadAsync(CancellationToken.None);
                foreach (var part in read.Buffer)
                    await SendAsync(to, part);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }

        async Task SendAsync(byte to, ReadOnlyMemory<byte> content)
        {
            await gate.WaitAsync(CancellationToken.None);
            try
            {
                if (socket.State == WebSocketState.Open)
                    await socket.SendAsync((byte[])[to, .. content.Span], WebSocketMessageType.Binary, true, context.RequestAborted);
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
            {
                // The client has gone; its reader ends the rest.
            }
            finally
            {
                gate.Release();
            }
        }
    }
}
