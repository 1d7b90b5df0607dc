using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;

namespace WholeTale.Simulator.Streams;

/// <summary>
/// The server's side of SPDY/3.1 as port-forward uses it: for each connection the client opens an error stream and a data stream, told apart
/// by headers; what comes on the data stream goes to the port and back.
/// </summary>
internal sealed class SpdyForward(Stream stream, Func<int, IDuplexPipe?> open) : IDisposable
{
    private const int FrameLimit = 1 << 20;
    private const byte Fin = 1;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly SpdyHeaders _headers = new();
    private readonly ConcurrentDictionary<int, IDuplexPipe> _data = new();
    private readonly ConcurrentDictionary<string, int> _errors = new();
    private readonly List<Task> _copies = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var head = new byte[8];
            while (await stream.ReadAtLeastAsync(head, 8, throwOnEndOfStream: false, cancellationToken) == 8)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)) & 0xffffff;
                if (length > FrameLimit)
                    return;
                var body = new byte[length];
                await stream.ReadExactlyAsync(body, cancellationToken);
                if ((head[0] & 0x80) == 0)
                    await DataAsync(BinaryPrimitives.ReadInt32BigEndian(head), head[4], body);
                else
                    await ControlAsync(BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)), body);
            }
        }
        catch (Exception exception) when (exception is IOException or System.Net.WebSockets.WebSocketException or OperationCanceledException or InvalidDataException)
        {
            // The client has gone, or speaks something else: the connections end with it.
        }
        finally
        {
            foreach (var pipe in _data.Values)
                await pipe.Output.CompleteAsync();
            await Task.WhenAll(_copies).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        _headers.Dispose();
        _gate.Dispose();
    }

    private async Task DataAsync(int id, byte flags, byte[] body)
    {
        if (!_data.TryGetValue(id, out var pipe))
            return;
        if (body.Length > 0)
            await pipe.Output.WriteAsync(body);
        if ((flags & Fin) != 0)
            await pipe.Output.CompleteAsync();
    }

    private async Task ControlAsync(int type, byte[] body)
    {
        switch (type)
        {
            case 1:
                var headers = _headers.Read(body.AsSpan(10));
                await OpenAsync(BinaryPrimitives.ReadInt32BigEndian(body) & 0x7fffffff, headers);
                break;
            case 3 when _data.TryRemove(BinaryPrimitives.ReadInt32BigEndian(body) & 0x7fffffff, out var reset):
                await reset.Output.CompleteAsync();
                break;
            case 6:
                await SendAsync(Control(6, 0, body));
                break;
            case 8:
                _headers.Read(body.AsSpan(4));
                break;
        }
    }

    private async Task OpenAsync(int id, Dictionary<string, string> headers)
    {
        // Written under the gate: the compression's order is the wire's.
        await SendAsync(() => Control(2, 0, [.. Number(id), .. _headers.Write(new Dictionary<string, string>())]));
        var request = headers.GetValueOrDefault("requestid", "");
        if (headers.GetValueOrDefault("streamtype") == "error")
        {
            _errors[request] = id;
            return;
        }

        _ = int.TryParse(headers.GetValueOrDefault("port"), out var port);
        if (open(port) is { } pipe)
        {
            _data[id] = pipe;
            _copies.Add(CopyAsync(id, request, pipe));
            return;
        }

        if (_errors.TryRemove(request, out var error))
            await SendAsync(Data(error, Fin, Encoding.UTF8.GetBytes(PortForwardStream.Refusal(port))));
        await SendAsync(Data(id, Fin, []));
    }

    private async Task CopyAsync(int id, string request, IDuplexPipe pipe)
    {
        while (true)
        {
            var read = await pipe.Input.ReadAsync();
            foreach (var part in read.Buffer)
                await SendAsync(Data(id, 0, part.Span));
            pipe.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        await SendAsync(Data(id, Fin, []));
        if (_errors.TryRemove(request, out var error))
            await SendAsync(Data(error, Fin, []));
        _data.TryRemove(id, out _);
    }

    private Task SendAsync(byte[] frame) => SendAsync(() => frame);

    private async Task SendAsync(Func<byte[]> frame)
    {
        await _gate.WaitAsync();
        try
        {
            await stream.WriteAsync(frame());
        }
        finally
        {
            _gate.Release();
        }
    }

    private static byte[] Control(int type, byte flags, ReadOnlySpan<byte> body) => [0x80, 3, 0, (byte)type, flags, .. Number(body.Length)[1..], .. body];

    private static byte[] Data(int id, byte flags, ReadOnlySpan<byte> body) => [.. Number(id), flags, .. Number(body.Length)[1..], .. body];

    private static byte[] Number(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
