using System.Net.WebSockets;
using System.Text;

namespace WholeTale.Core.Kubernetes;

/// <summary>
/// A connection to a port of a pod, forwarded by the API server over a WebSocket. Each message begins with its channel: 0 data, 1 errors; the first of each carries the port's number
/// (kubelet, pkg/cri/streaming/portforward/websocket.go).
/// </summary>
internal sealed class PodPortStream : Stream
{
    private const byte Data = 0;
    private const int PortNumberLength = 2;

    private readonly ClientWebSocket socket;
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly int[] toSkip = [PortNumberLength, PortNumberLength];
    private ReadOnlyMemory<byte> rest;
    private int channel = -1;

    private PodPortStream(ClientWebSocket socket) => this.socket = socket;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Connects.</summary>
    /// <exception cref="ApiException">The server cannot be reached or refuses.</exception>
    internal static async Task<PodPortStream> OpenAsync(ApiConnection connection, string @namespace, string pod, int port, CancellationToken cancellationToken) => new(await ApiSocket.OpenAsync(
        connection, $"{new ObjectReference(ResourceTypes.Pod, @namespace, pod).Path}/portforward?ports={port}", ["v4.channel.k8s.io"],
        "Check that the pod runs and that you may create pods/portforward.", cancellationToken));

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default)
    {
        while (rest.Length == 0)
        {
            ValueWebSocketReceiveResult received;
            try
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            }
            catch (WebSocketException exception)
            {
                throw new IOException("The forwarded connection broke off.", exception);
            }

            if (received.MessageType == WebSocketMessageType.Close)
                return 0;
            rest = Take(buffer.AsMemory(0, received.Count), received.EndOfMessage);
        }

        var count = Math.Min(target.Length, rest.Length);
        rest[..count].CopyTo(target);
        rest = rest[count..];
        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        try
        {
            await socket.SendAsync((byte[])[Data, .. source.Span], WebSocketMessageType.Binary, true, cancellationToken);
        }
        catch (WebSocketException exception)
        {
            throw new IOException("The forwarded connection broke off.", exception);
        }
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            socket.Dispose();
        base.Dispose(disposing);
    }

    private ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> part, bool isLast)
    {
        if (channel < 0 && part.Length > 0)
        {
            channel = part.Span[0];
            part = part[1..];
        }

        var from = channel;
        if (isLast)
            channel = -1;
        if (from is not (0 or 1))
            return default;
        var skipped = Math.Min(toSkip[from], part.Length);
        toSkip[from] -= skipped;
        part = part[skipped..];
        return from == Data || part.Length == 0 ? part : throw new IOException($"The port could not be forwarded: {Encoding.UTF8.GetString(part.Span)}.");
    }
}
