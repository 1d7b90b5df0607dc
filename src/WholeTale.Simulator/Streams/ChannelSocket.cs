using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using WholeTale.Simulator.Api;

namespace WholeTale.Simulator.Streams;

/// <summary>
/// The channels of exec and attach in one WebSocket: 0 input, 1 output, 2 errors, 3 the outcome, 4 the terminal's size; the first byte of a
/// message is its channel. v5 adds 255, which closes a channel (KEP-4006).
/// </summary>
internal sealed class ChannelSocket : IAsyncDisposable
{
    private const int MessageLimit = 32 * 1024;
    private static readonly string[] _protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    private readonly WebSocket _socket;
    private readonly Channel<byte[]> _input = Channel.CreateBounded<byte[]>(64);
    private readonly CancellationTokenSource _gone;
    private readonly Task _reading;

    private ChannelSocket(WebSocket socket, CancellationToken cancellationToken)
    {
        _socket = socket;
        _gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _reading = ReadAsync();
    }

    /// <summary>What comes on the input, until it is closed.</summary>
    public ChannelReader<byte[]> Input => _input.Reader;

    /// <summary>The terminal's <c>Width</c> and <c>Height</c> as last told; null before that.</summary>
    public JsonNode? TerminalSize { get; private set; }

    /// <summary>Cancelled when the client has gone.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <exception cref="ApiStatusException">The request is no upgrade to a protocol that is known.</exception>
    public static async Task<ChannelSocket> AcceptAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            throw ApiStatusException.BadRequest("Upgrade request required");
        var protocol = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(_protocols.Contains)
            ?? throw new ApiStatusException(403, "Forbidden", "unable to negotiate a protocol: the client must speak v4.channel.k8s.io or v5.channel.k8s.io");
        return new ChannelSocket(await context.WebSockets.AcceptWebSocketAsync(protocol), context.RequestAborted);
    }

    public Task WriteOutputAsync(ReadOnlyMemory<byte> content) => SendAsync(1, content);

    public Task WriteErrorAsync(string text) => SendAsync(2, Encoding.UTF8.GetBytes(text));

    /// <summary>Tells how it ended, and closes.</summary>
    public async Task FinishAsync(int exitCode)
    {
        var status = new JsonObject { ["metadata"] = new JsonObject() };
        if (exitCode == 0)
        {
            status["status"] = "Success";
        }
        else
        {
            status["status"] = "Failure";
            status["message"] = $"command terminated with exit code {exitCode}";
            status["reason"] = "NonZeroExitCode";
            status["details"] = new JsonObject
            {
                ["causes"] = new JsonArray(new JsonObject
                {
                    ["reason"] = "ExitCode",
                    ["message"] = exitCode.ToString(System.Globalization.CultureInfo.InvariantCulture),
                }),
            };
        }

        await FinishAsync(status);
    }

    /// <summary>Tells that it could not be done, and closes.</summary>
    public Task FailAsync(string message) => FinishAsync(new JsonObject
    {
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = message,
        ["reason"] = "InternalError",
        ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = message }) },
        ["code"] = 500,
    });

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _gone.Dispose();
    }

    private async Task FinishAsync(JsonObject status)
    {
        await SendAsync(3, Encoding.UTF8.GetBytes(status.ToJsonString()));
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            // The client closes in turn; one that does not is not waited for.
            await _reading.WaitAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (WebSocketException)
        {
            // It has gone already.
        }
    }

    private async Task SendAsync(byte channel, ReadOnlyMemory<byte> content)
    {
        try
        {
            while (content.Length > 0)
            {
                var part = content[..Math.Min(content.Length, MessageLimit)];
                content = content[part.Length..];
                await _socket.SendAsync((byte[])[channel, .. part.Span], WebSocketMessageType.Binary, true, Gone);
            }
        }
        catch (WebSocketException)
        {
            await _gone.CancelAsync();
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[MessageLimit];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer, Gone);
                if (received.MessageType == WebSocketMessageType.Close)
                    break;
                message.Write(buffer, 0, received.Count);
                if (!received.EndOfMessage || message.Length == 0)
                    continue;
                var bytes = message.ToArray();
                message.SetLength(0);
                if (bytes[0] == 0 && bytes.Length > 1)
                    await _input.Writer.WriteAsync(bytes[1..], Gone);
                else if (bytes[0] == 4)
                    TerminalSize = JsonNode.Parse(bytes.AsSpan(1));
                else if (bytes is [255, 0, ..])
                    _input.Writer.TryComplete();
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // Gone: what waits for input or writes output learns it by the token.
        }

        _input.Writer.TryComplete();
        if (_socket.State is not (WebSocketState.CloseSent or WebSocketState.Closed))
            await _gone.CancelAsync();
    }
}
